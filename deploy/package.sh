#!/bin/bash
# Builds the Debian packages helenus-server and helenus-agent, with the Swift runtime linked in:
# a machine that installs them needs no toolchain.
#
#   package.sh [FOLDER]     where the packages go (default .build/packages)
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:-$repository/.build/packages}"
folder=$(cd "${1:-$repository/.build/packages}" && pwd)
scratch=$repository/.build/package
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The newest version that CHANGELOG.md names, plus the commit where it is not a release.
version() {
    local released commit
    released=$(sed -nE 's/^## ([0-9]+(\.[0-9]+)+).*/\1/p' "$repository/CHANGELOG.md" | head -n 1)
    commit=$(git -C "$repository" log -1 --format=%cd.%h --date=format:%Y%m%d%H%M%S 2>/dev/null) || commit=
    if grep -qE '^## Unreleased' "$repository/CHANGELOG.md"; then
        echo "${released:-0}+${commit:-local}"
    else
        echo "$released"
    fi
}

build() { # program…
    local program
    for program; do
        swift build --package-path "$repository" --scratch-path "$scratch" -c release \
            --static-swift-stdlib --product "$program"
    done
    programs=$(swift build --package-path "$repository" --scratch-path "$scratch" -c release \
        --static-swift-stdlib --show-bin-path)
}

put() { # mode source target: into the package's tree
    install -D -m "$1" "$2" "$tree$3"
}

put_program() { # name
    put 755 "$programs/$1" "/usr/bin/$1"
    strip --strip-debug "$tree/usr/bin/$1"
}

put_documents() { # package
    put 644 "$repository/README.md" "/usr/share/doc/$1/README.md"
    put 644 "$repository/CHANGELOG.md" "/usr/share/doc/$1/CHANGELOG.md"
    gzip -9n "$tree/usr/share/doc/$1/CHANGELOG.md"
}

put_unit() { # name…
    local unit
    for unit; do put 644 "$repository/deploy/systemd/$unit" "/lib/systemd/system/$unit"; done
}

server_tree() {
    local file
    for file in helenus-api helenus-executor helenusctl; do put_program "$file"; done
    put_unit helenus-{api.socket,api.service,executor.service,nginx.service}
    put 644 "$repository/deploy/sysusers.d/helenus-server.conf" /usr/lib/sysusers.d/helenus-server.conf
    put 644 "$repository/deploy/tmpfiles.d/helenus-server.conf" /usr/lib/tmpfiles.d/helenus-server.conf
    for file in nginx.conf conf.d/helenus.conf snippets; do
        mkdir -p "$tree/usr/share/helenus/nginx/$(dirname "$file")"
        cp -r "$repository/nginx/$file" "$tree/usr/share/helenus/nginx/$file"
    done
    mkdir -p "$tree/etc/helenus/nginx"
    for file in nginx.conf conf.d snippets; do
        ln -s "/usr/share/helenus/nginx/$file" "$tree/etc/helenus/nginx/$file"
    done
    for file in listen.conf upstream.conf access-log.conf; do
        put 644 "$repository/nginx/$file.example" "/etc/helenus/nginx/$file"
    done
    for file in api.env executor.env; do
        put 640 "$repository/deploy/etc/$file.example" "/etc/helenus/$file"
    done
    for file in helenus.rules.yml dashboard.json; do
        put 644 "$repository/deploy/monitoring/$file" "/usr/share/helenus/monitoring/$file"
    done
    for file in "$repository"/nginx/*.example; do
        put 644 "$file" "/usr/share/doc/helenus-server/examples/$(basename "$file")"
    done
    put_documents helenus-server
}

agent_tree() {
    put_program helenus-agent
    put_program helenus-archive
    put_unit helenus-agent.service
    put 644 "$repository/deploy/sysusers.d/helenus-agent.conf" /usr/lib/sysusers.d/helenus-agent.conf
    put 644 "$repository/deploy/tmpfiles.d/helenus-agent.conf" /usr/lib/tmpfiles.d/helenus-agent.conf
    put 644 "$repository/deploy/polkit/50-helenus-agent.rules" \
        /usr/share/polkit-1/rules.d/50-helenus-agent.rules
    put 640 "$repository/deploy/etc/agent.yaml.example" /etc/helenus/agent.yaml
    put_documents helenus-agent
}

# The packages whose libraries the programs of the tree need.
libraries() {
    mkdir -p "$work/shlibs/debian"
    printf 'Source: helenus\n\nPackage: helenus\nArchitecture: any\n' >"$work/shlibs/debian/control"
    (cd "$work/shlibs" && dpkg-shlibdeps -O "$tree"/usr/bin/*) | sed -n 's/^shlibs:Depends=//p'
}

package() { # name
    local name=$1 parts=$repository/deploy/debian/$1 architecture needs file
    tree=$work/$name
    "${name#helenus-}_tree"
    architecture=$(dpkg --print-architecture)
    needs=$(libraries)
    mkdir -p "$tree/DEBIAN"
    sed -e "s/@version@/$version/; s/@architecture@/$architecture/; s/@libraries@/$needs/" \
        "$parts/control" >"$tree/DEBIAN/control"
    cp "$parts/conffiles" "$tree/DEBIAN/conffiles"
    for file in postinst prerm postrm; do install -m 755 "$parts/$file" "$tree/DEBIAN/$file"; done
    dpkg-deb --root-owner-group -Zxz -b "$tree" "$folder/${name}_${version}_$architecture.deb"
}

umask 022
command -v dpkg-shlibdeps >/dev/null || "$repository/deploy/install-dependencies.sh"
version=$(version)
build helenus-api helenus-executor helenus-agent helenus-archive helenusctl
rm -f "$folder"/helenus-{server,agent}_*.deb
package helenus-server
package helenus-agent
