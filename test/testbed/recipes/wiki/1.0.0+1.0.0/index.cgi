#!/bin/sh
# Lists the pages; `?add=words` adds one.
words=$(echo "$QUERY_STRING" | sed -n 's/^add=\([A-Za-z0-9-]*\)$/\1/p')
[ -n "$words" ] && echo "insert into pages (words) values ('$words');" | nc tasks.db 5432
pages=$(echo "select words from pages order by id;" | nc tasks.db 5432) || {
  printf 'Status: 503\r\n\r\nthe database does not answer\n'
  exit 0
}
printf 'Content-Type: text/plain\r\n\r\n%s\n%s\n' "${WIKI_TITLE:-wiki}" "$pages"
