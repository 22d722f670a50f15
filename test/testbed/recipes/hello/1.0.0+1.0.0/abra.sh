export INDEX_VERSION=v1

starts() {
  cat /data/starts
}
