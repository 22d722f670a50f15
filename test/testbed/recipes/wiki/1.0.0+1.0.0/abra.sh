export PAGE_VERSION=v1
export DB_VERSION=v1

pages() {
  /db.sh pages
}
