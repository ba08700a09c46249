<?php
// The three calls as a PHP program answers them: one persistent connection for each process of php-fpm,
// prepared statements, JSON of the database as it comes. settings.php lies beside the link to this file.

$settings = require $_SERVER['HELENUS_SETTINGS'];
$database = pg_pconnect($settings['conninfo']);

function run(string $name, array $parameters): PgSql\Result
{
    global $database;
    $rows = pg_execute($database, $name, $parameters);
    if ($rows === false) {
        throw new RuntimeException(pg_last_error($database));
    }
    return $rows;
}

function begin(string $cluster): void
{
    global $database;
    pg_query($database, 'BEGIN; SET LOCAL helenus.clusters = ' . pg_escape_literal($database, $cluster));
}

function respond(int $status, string $body): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    header('Content-Length: ' . strlen($body));
    echo $body;
    exit;
}

/** The account's name and the cluster's id. */
function identify(string $cluster, array $sufficient): array
{
    global $database, $settings;
    $authorization = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
    if (!str_starts_with($authorization, 'Bearer ')) {
        respond(401, 'null');
    }
    $parameters = ['\x' . hash('sha256', substr($authorization, 7)), $cluster];
    $rows = @pg_execute($database, 'identify', $parameters);
    if ($rows === false) {
        // A new connection has no statements yet.
        foreach ($settings['statements'] as $name => $text) {
            pg_prepare($database, $name, $text);
        }
        $rows = run('identify', $parameters);
    }
    $row = pg_fetch_row($rows);
    if ($row === false) {
        respond(401, 'null');
    }
    [$account, $roles, $id] = $row;
    $roles = json_decode($roles, true);
    $held = array_filter([$roles['*'] ?? null, $roles[$id ?? ''] ?? null]);
    if ($id === null || $held === []) {
        respond(404, 'null');
    }
    if (array_intersect($held, $sufficient) === []) {
        respond(403, 'null');
    }
    return [$account, $id];
}

$segments = explode('/', parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH), 3);
[, $cluster, $call] = $segments + ['', '', ''];
[$account, $id] = identify(
    $cluster, $call === 'backups/run' ? ['operator', 'admin'] : ['viewer', 'operator', 'admin']);
begin($id);
switch ($call) {
    case 'backup-activity':
        $rows = run('activity_document', [$id, 100]);
        $body = '[' . implode(',', pg_fetch_all_columns($rows)) . ']';
        break;
    case 'backups/destinations':
        $body = pg_fetch_result(run('destinations', [$id]), 0, 0);
        break;
    case 'backups/run':
        $wanted = file_get_contents('php://input');
        if (!json_validate_object($wanted)
            || pg_fetch_result(run('check', [$id, $wanted]), 0, 0) !== 't') {
            pg_query($database, 'ROLLBACK');
            respond(404, 'null');
        }
        // Of two runs in the same second the second waits for the first one's commit, and looks again.
        do {
            $begun = pg_fetch_row(run('begin', [$id, $wanted]));
        } while ($begun === false);
        $body = json_encode($begun[0]);
        run('audit', [
            $id, $account, $_SERVER['REMOTE_ADDR'], $_SERVER['REQUEST_ID'], 'POST',
            $_SERVER['REQUEST_URI'], '200']);
        break;
    default:
        pg_query($database, 'ROLLBACK');
        respond(404, 'null');
}
pg_query($database, 'COMMIT');
respond(200, $body);

function json_validate_object(string $text): bool
{
    return is_array(json_decode($text, true));
}
