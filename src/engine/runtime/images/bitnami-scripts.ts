/** What Bitnami's images have for their own scripts and those of charts to be sourced, as far as charts call it. */
const libraries: Readonly<Record<string, string>> = {
  liblog: `stderr_print() { printf "%b\\n" "$*" >&2; }
log() { stderr_print "$(date "+%T.%2N ")\${*}"; }
info() { log "INFO  ==> \${*}"; }
warn() { log "WARN  ==> \${*}"; }
error() { log "ERROR ==> \${*}"; }
debug() { if [[ "\${BITNAMI_DEBUG:-false}" =~ ^(1|yes|true)$ ]]; then log "DEBUG ==> \${*}"; fi; }
`,
  libvalidations: `is_boolean_yes() { [[ "\${1:-}" =~ ^(1|yes|true|YES|TRUE|Yes|True)$ ]]; }
is_true_false_value() { [[ "\${1:-}" =~ ^(true|false)$ ]]; }
is_yes_no_value() { [[ "\${1:-}" =~ ^(yes|no)$ ]]; }
is_empty_value() { [[ -z "\${1:-}" ]]; }
is_int() { [[ "\${1:-}" =~ ^-?[0-9]+$ ]]; }
is_positive_int() { [[ "\${1:-}" =~ ^[0-9]+$ ]]; }
`,
  libfs: `is_dir_empty() { [[ ! -e "$1" || -z "$(ls -A "$1")" ]]; }
is_mounted_dir_empty() { is_dir_empty "$1" || [[ "$(ls -A "$1")" = "lost+found" ]]; }
is_file_writable() { [[ -w "$1" || ( ! -e "$1" && -w "$(dirname "$1")" ) ]]; }
ensure_dir_exists() { [[ -d "$1" ]] || mkdir -p "$1"; }
owned_by() { if [[ -n "\${3:-}" ]]; then chown "$2":"$3" "$1"; else chown "$2":"$2" "$1"; fi; }
`,
  libos: `am_i_root() { [[ "$(id -u)" = "0" ]]; }
debug_execute() { if is_boolean_yes "\${BITNAMI_DEBUG:-false}"; then "$@"; else "$@" >/dev/null 2>&1; fi; }
retry_while() {
  local cmd="$1" retries="\${2:-12}" sleep_time="\${3:-5}" i
  for ((i = 1; i <= retries; i++)); do
    if $cmd; then return 0; fi
    sleep "$sleep_time"
  done
  return 1
}
`,
  libnet: `dns_lookup() { getent "ahosts\${2:-v4}" "$1" | awk '/STREAM/ {print $1}'; }
get_machine_ip() { hostname -i; }
wait_for_dns_lookup() { retry_while "dns_lookup $1" "\${2:-5}" "\${3:-1}"; }
`,
  libfile: `replace_in_file() { sed -i -E "s|$2|$3|g" "$1"; }
remove_in_file() { sed -i -E "/$2/d" "$1"; }
append_file_after_last_match() { sed -i -E "/$2/a $3" "$1"; }
`,
  libversion: `get_sematic_version() {
  if [[ "\${1:-}" =~ ([0-9]+)(\\.([0-9]+)(\\.([0-9]+))?)? ]]; then
    case "\${2:-1}" in
      1) echo "\${BASH_REMATCH[1]}" ;;
      2) echo "\${BASH_REMATCH[3]}" ;;
      3) echo "\${BASH_REMATCH[5]}" ;;
    esac
  fi
}
get_semantic_version() { get_sematic_version "$@"; }
`,
  libservice: '',
  libpersistence: '',
  libbitnami: '',
}

/** All of them, and the one of the server itself, which brings the others along. */
export function bitnamiScripts(name: string): Record<string, string> {
  const folder = '/opt/bitnami/scripts'
  const all = Object.keys(libraries).map((one) => `. ${folder}/${one}.sh\n`).join('')
  return {
    ...Object.fromEntries(Object.entries(libraries).map(([one, text]) => [`${folder}/${one}.sh`, `#!/bin/bash\n${text}`])),
    [`${folder}/lib${name}.sh`]: `#!/bin/bash\n${all}`,
    [`${folder}/${name}-env.sh`]: `#!/bin/bash\nexport BITNAMI_ROOT_DIR=/opt/bitnami\nexport BITNAMI_VOLUME_DIR=/bitnami\n`,
  }
}
