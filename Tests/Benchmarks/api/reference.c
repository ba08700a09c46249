// What the API is measured against: an SCGI server of a few processes with one libpq connection each
// that answers three calls of the API, and nothing else. It identifies the caller, sets the permitted
// clusters, and writes the same rows; see api.sh for what it leaves out.
//
//   reference SOCKET WORKERS CONNINFO STATEMENTS VARIANT
//
// STATEMENTS is a folder with a file of SQL for each statement. VARIANT says how backup-activity is
// answered: rows (plain rows, JSON written here), agg (json_agg), document (the rendered events).

#include <libpq-fe.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { max_fields = 64, max_request = 65536 };

struct request {
    char bytes[max_request + 1];
    const char *names[max_fields], *values[max_fields];
    int fields;
    char *body;
};

struct answer {
    char *bytes;
    size_t count, room;
};

static PGconn *database;
static const char *variant;
static struct answer answer;

static void fail(const char *what) {
    fprintf(stderr, "reference: %s: %s\n", what, database ? PQerrorMessage(database) : "");
    exit(1);
}

// ── The answer ───────────────────────────────────────────────────────────────────────────────────

static void add(const char *bytes, size_t count) {
    if (answer.count + count > answer.room) {
        answer.room = (answer.count + count) * 2;
        answer.bytes = realloc(answer.bytes, answer.room);
        if (answer.bytes == NULL) fail("memory");
    }
    memcpy(answer.bytes + answer.count, bytes, count);
    answer.count += count;
}

static void add_text(const char *text) { add(text, strlen(text)); }

static void add_field(const PGresult *rows, int row, int column) {
    if (PQgetisnull(rows, row, column)) return add_text("null");
    add(PQgetvalue(rows, row, column), (size_t)PQgetlength(rows, row, column));
}

// As a JSON string.
static void add_string(const char *text) {
    add("\"", 1);
    for (const char *rest = text; *rest;) {
        size_t plain = 0;
        while ((unsigned char)rest[plain] >= 0x20 && rest[plain] != '"' && rest[plain] != '\\') plain++;
        add(rest, plain);
        rest += plain;
        if (*rest == '\0') break;
        char escaped[8];
        snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)(unsigned char)*rest++);
        add(escaped, 6);
    }
    add("\"", 1);
}

// ── The database ─────────────────────────────────────────────────────────────────────────────────

static const char *statement_names[] = {
    "identify", "activity", "destinations", "check", "begin", "audit"};

static char *read_file(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.sql", folder, name);
    FILE *file = fopen(path, "r");
    char *text = calloc(1, max_request);
    if (file == NULL || text == NULL || fread(text, 1, max_request - 1, file) == 0) fail(path);
    fclose(file);
    return text;
}

static void connect_database(const char *conninfo, const char *folder) {
    database = PQconnectdb(conninfo);
    if (PQstatus(database) != CONNECTION_OK) fail("connect");
    for (size_t i = 0; i < sizeof statement_names / sizeof *statement_names; i++) {
        const char *name = statement_names[i];
        char file[64];
        snprintf(file, sizeof file, "%s%s%s", name, strcmp(name, "activity") ? "" : "_",
            strcmp(name, "activity") ? "" : variant);
        char *text = read_file(folder, file);
        PGresult *prepared = PQprepare(database, name, text, 0, NULL);
        if (PQresultStatus(prepared) != PGRES_COMMAND_OK) fail(name);
        PQclear(prepared);
        free(text);
    }
}

// Runs a prepared statement with text parameters.
static PGresult *run(const char *name, int count, ...) {
    const char *values[8];
    va_list list;
    va_start(list, count);
    for (int i = 0; i < count; i++) values[i] = va_arg(list, const char *);
    va_end(list);
    PGresult *rows = PQexecPrepared(database, name, count, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(rows);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail(name);
    return rows;
}

static void execute(const char *command) {
    PGresult *done = PQexec(database, command);
    if (PQresultStatus(done) != PGRES_COMMAND_OK) fail(command);
    PQclear(done);
}

static void begin(const char *cluster) {
    char command[512];
    // A cluster's id is a word, by a constraint of its table.
    snprintf(command, sizeof command, "BEGIN; SET LOCAL helenus.clusters = '%s'", cluster);
    execute(command);
}

// ── The calls ────────────────────────────────────────────────────────────────────────────────────

static const char *field(const struct request *request, const char *name) {
    for (int i = 0; i < request->fields; i++)
        if (strcmp(request->names[i], name) == 0) return request->values[i];
    return "";
}

// 0 for none, 1 viewer, 2 operator, 3 admin; `roles` is JSON {"cluster or *": "role"}.
static int role_on(const char *roles, const char *scope) {
    char key[256];
    snprintf(key, sizeof key, "\"%s\": \"", scope);
    const char *found = strstr(roles, key);
    if (found == NULL) return 0;
    char first = found[strlen(key)];
    return first == 'a' ? 3 : first == 'o' ? 2 : 1;
}

// Whose request it is. Answers a status: 200, 401, 403 or 404; the row is the caller's to clear.
static int identify(const struct request *request, const char *cluster, int least, PGresult **row) {
    const char *authorization = field(request, "HTTP_AUTHORIZATION");
    if (strncmp(authorization, "Bearer ", 7) != 0) return 401;
    unsigned char hash[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)authorization + 7, strlen(authorization + 7), hash);
    const char *values[] = {(const char *)hash, cluster};
    const int lengths[] = {sizeof hash, 0}, formats[] = {1, 0};
    *row = PQexecPrepared(database, "identify", 2, values, lengths, formats, 0);
    if (PQresultStatus(*row) != PGRES_TUPLES_OK) fail("identify");
    if (PQntuples(*row) == 0) return 401;
    if (PQgetisnull(*row, 0, 2)) return 404;
    const char *roles = PQgetvalue(*row, 0, 1);
    int here = role_on(roles, PQgetvalue(*row, 0, 2)), everywhere = role_on(roles, "*");
    if (here == 0 && everywhere == 0) return 404;
    return (here > everywhere ? here : everywhere) >= least ? 200 : 403;
}

// event_time, backup_id, type, status, keyspaces, destination, deleted_at, message
static void add_event(const PGresult *rows, int row) {
    time_t time = (time_t)strtoll(PQgetvalue(rows, row, 0), NULL, 10);
    struct tm parts;
    char week[16];
    strftime(week, sizeof week, "%G%V", gmtime_r(&time, &parts));
    add_text("{\"week\": \"");
    add_text(week);
    add_text("\", \"event_time\": ");
    add_field(rows, row, 0);
    add_text(", \"backup_id\": ");
    add_string(PQgetvalue(rows, row, 1));
    add_text(", \"type\": ");
    add_string(PQgetvalue(rows, row, 2));
    add_text(", \"status\": ");
    add_string(PQgetvalue(rows, row, 3));
    add_text(", \"keyspaces\": ");
    add_field(rows, row, 4);
    add_text(", \"destination\": ");
    add_field(rows, row, 5);
    add_text(", \"deleted_at\": ");
    add_field(rows, row, 6);
    if (!PQgetisnull(rows, row, 7)) {
        add_text(", \"message\": ");
        add_string(PQgetvalue(rows, row, 7));
    }
    add_text("}");
}

static void answer_activity(const char *cluster) {
    begin(cluster);
    PGresult *rows = run("activity", 2, cluster, "100");
    if (strcmp(variant, "agg") == 0) {
        add_field(rows, 0, 0);
    } else {
        add_text("[");
        for (int row = 0; row < PQntuples(rows); row++) {
            if (row > 0) add_text(",");
            if (strcmp(variant, "document") == 0) add_field(rows, row, 0);
            else add_event(rows, row);
        }
        add_text("]");
    }
    PQclear(rows);
    execute("COMMIT");
}

static void answer_destinations(const char *cluster) {
    begin(cluster);
    PGresult *rows = run("destinations", 1, cluster);
    add_field(rows, 0, 0);
    PQclear(rows);
    execute("COMMIT");
}

static int answer_run(const struct request *request, const char *cluster, const char *account) {
    begin(cluster);
    PGresult *rows = run("check", 2, cluster, request->body);
    bool known = PQgetvalue(rows, 0, 0)[0] == 't';
    PQclear(rows);
    if (!known) {
        execute("ROLLBACK");
        return 404;
    }
    // Of two runs in the same second the second waits for the first one's commit, and looks again.
    while (PQntuples(rows = run("begin", 2, cluster, request->body)) == 0) PQclear(rows);
    add_string(PQgetvalue(rows, 0, 0));
    PQclear(rows);
    PQclear(run("audit", 7, cluster, account, field(request, "REMOTE_ADDR"),
        field(request, "REQUEST_ID"), field(request, "REQUEST_METHOD"),
        field(request, "REQUEST_URI"), "200"));
    execute("COMMIT");
    return 200;
}

// Answers the status; the body is in `answer`.
static int respond(const struct request *request) {
    const char *path = field(request, "REQUEST_URI");
    if (strcmp(path, "/alone") == 0) {
        add_text("null");
        return 200;
    }
    char cluster[201], rest[64];
    if (sscanf(path, "/%200[^/?]/%63[^?]", cluster, rest) != 2) return 404;
    bool runs = strcmp(rest, "backups/run") == 0;
    PGresult *caller = NULL;
    int status = identify(request, cluster, runs ? 2 : 1, &caller);
    if (status == 200) {
        const char *id = PQgetvalue(caller, 0, 2);
        if (runs) status = answer_run(request, id, PQgetvalue(caller, 0, 0));
        else if (strcmp(rest, "backup-activity") == 0) answer_activity(id);
        else if (strcmp(rest, "backups/destinations") == 0) answer_destinations(id);
        else status = 404;
    }
    PQclear(caller);
    return status;
}

// ── SCGI ─────────────────────────────────────────────────────────────────────────────────────────

// Reads a request; answers whether it is whole.
static bool read_request(int client, struct request *request) {
    size_t count = 0, length = 0, body_length = 0;
    char *block = NULL;
    request->fields = 0;
    while (true) {
        ssize_t more = read(client, request->bytes + count, max_request - count);
        if (more <= 0) return false;
        count += (size_t)more;
        if (block == NULL) {
            char *colon = memchr(request->bytes, ':', count);
            if (colon == NULL) continue;
            length = strtoul(request->bytes, NULL, 10);
            block = colon + 1;
        }
        size_t head = (size_t)(block - request->bytes) + length + 1;
        if (count < head) continue;
        if (request->fields == 0) {
            for (char *at = block; at < block + length && request->fields < max_fields;) {
                request->names[request->fields] = at;
                at += strlen(at) + 1;
                request->values[request->fields++] = at;
                at += strlen(at) + 1;
            }
            body_length = strtoul(field(request, "CONTENT_LENGTH"), NULL, 10);
            request->body = request->bytes + head;
        }
        if (count < head + body_length) continue;
        request->body[body_length] = '\0';
        return true;
    }
}

static void serve(int client) {
    static struct request request;
    if (read_request(client, &request)) {
        answer.count = 0;
        // The head is written before the body; room for it is kept.
        enum { room = 128 };
        char blank[room] = {0}, head[room];
        add(blank, room);
        int status = respond(&request);
        int length = snprintf(head, sizeof head,
            "Status: %d\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status,
            answer.count - room);
        char *start = answer.bytes + room - length;
        memcpy(start, head, (size_t)length);
        size_t left = answer.count - room + (size_t)length;
        while (left > 0) {
            ssize_t sent = send(client, start, left, MSG_NOSIGNAL);
            if (sent <= 0) break;
            start += sent;
            left -= (size_t)sent;
        }
    }
    close(client);
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: reference SOCKET WORKERS CONNINFO STATEMENTS VARIANT\n");
        return 2;
    }
    variant = arguments[5];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", arguments[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    umask(0117);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
    if (listen(listener, 1024) != 0) fail("listen");
    for (int worker = atoi(arguments[2]); worker > 0; worker--) {
        if (fork() != 0) continue;
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        connect_database(arguments[3], arguments[4]);
        while (true) {
            int client = accept(listener, NULL, NULL);
            if (client >= 0) serve(client);
        }
    }
    pause();
    return 0;
}
