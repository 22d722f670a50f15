export PAGE_VERSION=v1
export DB_VERSION=v2

pages() {
  /db.sh pages
}
