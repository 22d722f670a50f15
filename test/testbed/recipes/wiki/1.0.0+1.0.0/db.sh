#!/bin/sh
# The database: one file, served line by line; it refuses data of a newer version.
set -eu
schema=1
file=/var/db/wiki.db
dump=/var/db/backup.sql

prepare() {
  found=$(sqlite3 "$file" "pragma user_version")
  if [ "$found" -gt "$schema" ]; then
    echo "the data are of version $found, this program knows $schema" >&2
    exit 1
  fi
  sqlite3 "$file" "create table if not exists pages (id integer primary key, words text); pragma user_version = $schema"
}

case "$1" in
serve)
  prepare
  exec nc -ll -p 5432 -e sqlite3 "$file"
  ;;
check) sqlite3 "$file" "select count(*) from pages" >/dev/null && nc -w 1 127.0.0.1 5432 </dev/null ;;
pages) sqlite3 "$file" "select words from pages order by id" ;;
backup) sqlite3 "$file" ".dump" >"$dump" ;;
restore)
  [ -s "$dump" ] || { echo "no dump to restore" >&2; exit 1; }
  sqlite3 "$file" "drop table if exists pages"
  sqlite3 "$file" <"$dump"
  ;;
esac
