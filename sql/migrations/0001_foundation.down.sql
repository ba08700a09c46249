-- Removes everything that 0001 made but the roles, which other databases of the server may use.
DROP SCHEMA report CASCADE;
DROP SCHEMA helenus CASCADE;
