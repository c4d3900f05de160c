import { ConfigError, type Directive } from './nginx-syntax.ts'

/** What may stand in a configuration of the official build, by module (nginx.org/en/docs/dirindex.html). */
const words = (text: string): string[] => text.trim().split(/\s+/)

const plain = words(`
  absolute_redirect accept_mutex accept_mutex_delay access_log add_after_body add_before_body add_header add_header_inherit add_trailer addition_types aio aio_write alias allow ancient_browser ancient_browser_value
  auth_basic auth_basic_user_file auth_delay auth_request auth_request_set autoindex autoindex_exact_size autoindex_format autoindex_localtime break charset charset_map charset_types chunked_transfer_encoding
  client_body_buffer_size client_body_in_file_only client_body_in_single_buffer client_body_temp_path client_body_timeout client_header_buffer_size client_header_timeout client_max_body_size connection_pool_size create_full_put_path
  dav_access dav_methods debug_connection default_type deny directio directio_alignment disable_symlinks empty_gif early_hints error_log error_page etag events expires flv geo geoip_city geoip_country geoip_org geoip_proxy geoip_proxy_recursive
  gunzip gunzip_buffers gzip gzip_buffers gzip_comp_level gzip_disable gzip_http_version gzip_min_length gzip_proxied gzip_static gzip_types gzip_vary hash http http2 http2_body_preread_size http2_chunk_size http2_max_concurrent_streams
  http2_recv_buffer_size http2_idle_timeout http2_max_field_size http2_max_header_size http2_max_requests http2_push http2_push_preload http3 http3_hq http3_max_concurrent_streams http3_stream_buffer_size if if_modified_since ignore_invalid_headers
  image_filter image_filter_buffer image_filter_interlace image_filter_jpeg_quality image_filter_sharpen image_filter_transparency image_filter_webp_quality include index internal internal_redirect ip_hash keepalive keepalive_disable keepalive_min_timeout
  keepalive_requests keepalive_time keepalive_timeout large_client_header_buffers least_conn limit_conn limit_conn_dry_run limit_conn_log_level limit_conn_status limit_conn_zone limit_except limit_rate limit_rate_after limit_req limit_req_dry_run
  limit_req_log_level limit_req_status limit_req_zone lingering_close lingering_time lingering_timeout listen load_module location log_format log_not_found log_subrequest map map_hash_bucket_size map_hash_max_size max_errors max_headers max_ranges
  merge_slashes min_delete_depth mirror mirror_request_body modern_browser modern_browser_value mp4 mp4_buffer_size mp4_max_buffer_size mp4_limit_rate mp4_start_key_frame msie_padding msie_refresh multi_accept ntlm open_file_cache open_file_cache_errors
  open_file_cache_min_uses open_file_cache_valid open_log_file_cache output_buffers override_charset perl perl_modules perl_require perl_set port_in_redirect postpone_output preread_buffer_size preread_timeout protocol proxy_protocol proxy_protocol_timeout
  proxy_timeout proxy_upload_rate proxy_download_rate proxy_half_close proxy_responses proxy_requests quic_active_connection_id_limit quic_bpf quic_gso quic_host_key quic_retry random random_index read_ahead real_ip_header real_ip_recursive recursive_error_pages
  referer_hash_bucket_size referer_hash_max_size request_pool_size reset_timedout_connection resolver resolver_timeout return rewrite rewrite_log root satisfy secure_link secure_link_md5 secure_link_secret send_lowat send_timeout sendfile sendfile_max_chunk
  server server_name server_name_in_redirect server_names_hash_bucket_size server_names_hash_max_size server_tokens session_log set set_real_ip_from slice source_charset split_clients ssi ssi_last_modified ssi_min_file_chunk ssi_silent_errors ssi_types
  ssi_value_length ssl_alpn ssl_buffer_size ssl_certificate ssl_certificate_cache ssl_certificate_compression ssl_certificate_key ssl_ciphers ssl_client_certificate ssl_conf_command ssl_crl ssl_dhparam ssl_early_data ssl_ecdh_curve ssl_engine ssl_handshake_timeout ssl_key_log ssl_object_cache_inheritable ssl_ocsp
  ssl_ocsp_cache ssl_ocsp_responder ssl_password_file ssl_prefer_server_ciphers ssl_preread ssl_protocols ssl_reject_handshake ssl_session_cache ssl_session_ticket_key ssl_session_tickets ssl_session_timeout ssl_stapling ssl_stapling_file ssl_stapling_responder
  ssl_stapling_verify ssl_trusted_certificate ssl_verify_client ssl_verify_depth state status_zone stream stub_status sub_filter sub_filter_last_modified sub_filter_once sub_filter_types subrequest_output_buffer_size tcp_nodelay tcp_nopush try_files types
  types_hash_bucket_size types_hash_max_size underscores_in_headers uninitialized_variable_warn upstream use userid userid_domain userid_expires userid_flags userid_mark userid_name userid_p3p userid_path userid_service valid_referers variables_hash_bucket_size
  variables_hash_max_size worker_aio_requests worker_connections xml_entities xslt_last_modified xslt_param xslt_string_param xslt_stylesheet xslt_types zone ssl pass
  js_access js_body_filter js_content js_fetch_buffer_size js_fetch_ciphers js_fetch_max_response_buffer_size js_fetch_protocols js_fetch_timeout js_fetch_trusted_certificate js_fetch_verify js_filter js_header_filter js_import js_path js_periodic js_preload_object js_preread js_set js_shared_dict_zone js_var
  user worker_processes pid daemon worker_rlimit_nofile worker_rlimit_core env master_process worker_cpu_affinity worker_shutdown_timeout timer_resolution pcre_jit thread_pool worker_priority lock_file working_directory debug_points mail use post_action postpone_gzipping http2_max_concurrent_pushes http2_pool_size http2_recv_timeout http2_streams_index_size gzip_hash gzip_no_buffer gzip_window js_include js_engine js_fetch_verify_depth open_file_cache_events
  epoll_events degradation degrade google_perftools_profiles ssi_ignore_recycled_buffers uwsgi_string timeout starttls xclient auth_http auth_http_header auth_http_pass_client_cert auth_http_timeout imap_auth imap_capabilities imap_client_buffer pop3_auth pop3_capabilities smtp_auth
  smtp_capabilities smtp_client_buffer smtp_greeting_delay proxy proxy_buffer proxy_pass_error_message proxy_smtp_auth sticky spdy_chunk_size spdy_headers_comp
`)

/** Modules that pass something on have much in common. */
const passing = words(`
  bind buffer_size buffering buffers busy_buffers_size cache cache_background_update cache_bypass cache_convert_head cache_key cache_lock cache_lock_age cache_lock_timeout cache_max_range_offset cache_methods cache_min_uses cache_path cache_revalidate
  cache_use_stale cache_valid connect_timeout force_ranges hide_header ignore_client_abort ignore_headers intercept_errors limit_rate max_temp_file_size next_upstream next_upstream_timeout next_upstream_tries no_cache pass pass_header pass_request_body
  pass_request_headers read_timeout request_buffering send_lowat send_timeout socket_keepalive ssl ssl_certificate ssl_certificate_cache ssl_certificate_key ssl_ciphers ssl_conf_command ssl_crl ssl_key_log ssl_name ssl_password_file ssl_protocols ssl_server_name
  ssl_session_reuse ssl_trusted_certificate ssl_verify ssl_verify_depth store store_access temp_file_write_size temp_path allow_upstream cookie_domain cookie_flags cookie_path headers_hash_bucket_size headers_hash_max_size http_version method redirect set_body
  set_header catch_stderr index keep_conn param split_path_info modifier1 modifier2 gzip_flag
`)

const known: ReadonlySet<string> = new Set([...plain, ...['proxy', 'fastcgi', 'grpc', 'uwsgi', 'scgi', 'memcached'].flatMap((module) => passing.map((name) => `${module}_${name}`))])

/** What is within is no directive: types, values of a map. */
const tables: ReadonlySet<string> = new Set(['types', 'map', 'geo', 'split_clients', 'charset_map', 'match'])

/** Where alone some may stand. */
const places: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(words('http events stream mail user worker_processes pid daemon load_module worker_rlimit_nofile master_process env').map((name) => [name, ['main']])),
  server: ['http', 'stream', 'upstream', 'mail'], location: ['server', 'location'], listen: ['server'], server_name: ['server'], upstream: ['http', 'stream'], map: ['http', 'stream'], log_format: ['http', 'stream'], limit_req_zone: ['http'], proxy_cache_path: ['http'],
  alias: ['location'], internal: ['location'], fastcgi_pass: ['location', 'if'], worker_connections: ['events'], multi_accept: ['events'], use: ['events'], try_files: ['server', 'location'], return: ['server', 'location', 'if'], rewrite: ['server', 'location', 'if'], stub_status: ['server', 'location'], limit_except: ['location'],
}

/** How many arguments those take that take only so many. */
const counts: Readonly<Record<string, readonly [from: number, to: number]>> = {
  root: [1, 1], alias: [1, 1], proxy_pass: [1, 1], client_max_body_size: [1, 1], autoindex: [1, 1], sendfile: [1, 1], gzip: [1, 1], default_type: [1, 1], server_tokens: [1, 1], worker_connections: [1, 1], worker_processes: [1, 2], keepalive_timeout: [1, 2],
  return: [1, 2], rewrite: [2, 3], proxy_set_header: [2, 2], proxy_http_version: [1, 1], proxy_read_timeout: [1, 1], proxy_connect_timeout: [1, 1], ssl_certificate: [1, 1], ssl_certificate_key: [1, 1], stub_status: [0, 1], include: [1, 1], fastcgi_pass: [1, 1], fastcgi_param: [2, 3], tcp_nopush: [1, 1], pid: [1, 1], set: [2, 2], auth_basic: [1, 1], expires: [1, 2],
}

const flags: ReadonlySet<string> = new Set(['sendfile', 'gzip', 'autoindex', 'tcp_nopush', 'tcp_nodelay', 'internal_redirect', 'proxy_buffering', 'gzip_vary'])

const listenOptions = /^(?:default_server|default|ssl|http2|quic|proxy_protocol|reuseport|deferred|bind|udp|spdy|multipath|(?:setfib|fastopen|backlog|rcvbuf|sndbuf|accept_filter|ipv6only|so_keepalive)=.*)$/

/** The first thing that is wrong in it, as nginx comes to it. */
export function checkDirectives(directives: readonly Directive[], place = 'main'): void {
  for (const d of directives) {
    const fail = (message: string): never => {
      throw new ConfigError(message, d.endLine ?? d.line, d.file)
    }
    if (!known.has(d.name)) fail(`unknown directive "${d.name}"`)
    const where = places[d.name]
    if ((where !== undefined && !where.includes(place)) || (d.name === 'proxy_pass' && !['location', 'if', 'limit_except', 'stream server'].includes(place))) {
      // A server of a stream is another kind of one.
      if (!(place === 'stream server' && where?.includes('server') === true)) fail(`"${d.name}" directive is not allowed here`)
    }
    const [from, to] = counts[d.name] ?? [0, Infinity]
    if (d.args.length < from || d.args.length > to) fail(`invalid number of arguments in "${d.name}" directive`)
    if (flags.has(d.name) && !/^(?:on|off)$/i.test(d.args[0] ?? '')) fail(`invalid value "${d.args[0] ?? ''}" in "${d.name}" directive, it must be "on" or "off"`)
    const wrong = d.name === 'listen' ? d.args.slice(1).find((option) => !listenOptions.test(option)) : undefined
    if (wrong !== undefined) fail(`invalid parameter "${wrong}"`)
    const pattern = d.name === 'rewrite' ? d.args[0] : d.name === 'location' && d.args[0]?.startsWith('~') === true ? d.args[1] : undefined
    const why = pattern === undefined ? undefined : patternProblem(pattern)
    if (why !== undefined) fail(`pcre2_compile() failed: ${why} in "${pattern}"${why.startsWith('missing') ? '' : ` at "${pattern}"`}`)
    if (d.block !== undefined && !tables.has(d.name)) checkDirectives(d.block, place === 'stream' && d.name === 'server' ? 'stream server' : d.name === 'upstream' ? 'upstream' : d.name)
  }
}

/** In PCRE's words; undefined: it is good. */
function patternProblem(pattern: string): string | undefined {
  // What PCRE has above these expressions: names of Python's kind, atomic groups, options, possessive quantifiers.
  if (/\(\?(?![:=!<])|[*+?}]\+/.test(pattern)) return undefined
  try {
    return void new RegExp(pattern)
  } catch {
    const [open, close] = ['(', ')'].map((mark) => pattern.replaceAll(/\\.|\[[^\]]*\]/g, '').split(mark).length)
    if (open! > close!) return 'missing closing parenthesis'
    if (close! > open!) return 'unmatched closing parenthesis'
    return /\[[^\]]*$/.test(pattern.replaceAll(/\\./g, '')) ? 'missing terminating ] for character class' : 'quantifier does not follow a repeatable item'
  }
}
