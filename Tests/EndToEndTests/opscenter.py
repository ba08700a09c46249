"""A backup as OpsCenter lays it out, made of one of ours."""

import hashlib
import json
import shutil


def rewrite(path, tag, theirs):
    """Writes beside each host's part of a backup the same as OpsCenter would have written it, under
    another tag: manifests without sizes and hashes, objects named by an MD5, schema.json files."""
    for manifest in list(path.glob(f"snapshots/*/{tag}/backup.json")):
        sstables = manifest.parents[1] / "sstables"
        entries = []
        for entry in json.loads(manifest.read_text())["sstables"]:
            content = (sstables / entry["name"]).read_bytes()
            unique = hashlib.md5(content).hexdigest()
            name = f"{unique}-{entry['file']}"
            (sstables / name).write_bytes(content)
            entries.append({"name": name, "uniquifier": unique} | {
                key: entry[key] for key in ("keyspace", "cf", "version")})
        folder = manifest.parents[1] / theirs
        folder.mkdir()
        for schema in manifest.parent.glob("*/schema.json"):
            (folder / schema.parent.name).mkdir()
            shutil.copy(schema, folder / schema.parent.name)
        (folder / "backup.json").write_text(json.dumps({"sstables": entries}))
