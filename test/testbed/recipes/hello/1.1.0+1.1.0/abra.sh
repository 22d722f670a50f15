export INDEX_VERSION=v2

starts() {
  cat /data/starts
}
