import type { Tags } from './tags.ts'
import type { Userland } from './userland.ts'

/** A well-known repository and what its images are like. */
export interface CatalogueEntry {
  tags: Tags
  /** Compressed size of a common tag, and of an -alpine or -slim one. */
  megabytes: number
  smallMegabytes?: number
  userland: Userland
  entrypoint?: readonly string[]
  cmd?: readonly string[]
  env?: Readonly<Record<string, string>>
  workingDir?: string
  user?: string
  ports?: readonly number[]
  stopSignal?: string
  /** Executables besides those of the userland: path -> program. */
  programs?: Readonly<Record<string, string>>
  files?: Readonly<Record<string, string>>
  directories?: readonly string[]
}

const any: Tags = { from: '0', to: '9999', v: true }

/** A service that needs nothing said but its start and its port. */
function service(
  megabytes: number,
  port: number,
  to: string,
  o: Partial<CatalogueEntry> & { program: string },
): CatalogueEntry {
  const { program, ...rest } = o
  return {
    tags: { from: '0', to, v: true },
    megabytes,
    userland: 'debian',
    cmd: [program],
    ports: [port],
    programs: { [`/usr/local/bin/${program}`]: program },
    ...rest,
  }
}

/** Official images: docker.io/library/<name>. */
const official: Record<string, CatalogueEntry> = {
  nginx: {
    tags: { from: '1.7', to: '1.29', words: ['perl', 'otel'] },
    megabytes: 72.9,
    smallMegabytes: 20.5,
    userland: 'nginx',
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { NGINX_VERSION: '1.27.5', NJS_VERSION: '0.8.10', PKG_RELEASE: '1~bookworm' },
    ports: [80],
    stopSignal: 'QUIT',
    programs: { '/docker-entrypoint.sh': 'docker-entrypoint', '/usr/sbin/nginx': 'nginx' },
    files: {
      '/usr/share/nginx/html/index.html': nginxWelcome(),
      '/usr/share/nginx/html/50x.html':
        '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n',
      '/etc/nginx/nginx.conf': nginxConfiguration(),
      '/etc/nginx/mime.types': 'types {\n    text/html html htm shtml;\n    text/css css;\n}\n',
      '/etc/nginx/conf.d/default.conf':
        'server {\n    listen       80;\n    listen  [::]:80;\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n    error_page   500 502 503 504  /50x.html;\n    location = /50x.html {\n        root   /usr/share/nginx/html;\n    }\n}\n',
    },
    directories: ['/var/cache/nginx', '/var/log/nginx', '/var/run'],
  },
  busybox: { tags: { from: '1.21', to: '1.37' }, megabytes: 2.22, userland: 'busybox', cmd: ['sh'] },
  alpine: { tags: { from: '2.6', to: '3.22' }, megabytes: 3.8, userland: 'alpine', cmd: ['/bin/sh'] },
  debian: {
    tags: { from: '7', to: '13', words: ['sid', 'unstable', 'testing', 'stable', 'oldstable'] },
    megabytes: 48.5,
    smallMegabytes: 28.2,
    userland: 'debian',
    cmd: ['bash'],
  },
  ubuntu: {
    tags: { from: '12.04', to: '25.10', words: ['devel'] },
    megabytes: 29.7,
    userland: 'debian',
    cmd: ['/bin/bash'],
  },
  fedora: { tags: { from: '20', to: '43', words: ['rawhide'] }, megabytes: 64, userland: 'fedora', cmd: ['/bin/bash'] },
  centos: {
    tags: { from: '5', to: '8', words: ['centos7', 'centos8'] },
    megabytes: 76,
    userland: 'fedora',
    cmd: ['/bin/bash'],
  },
  rockylinux: { tags: { from: '8', to: '9' }, megabytes: 65, userland: 'fedora', cmd: ['/bin/bash'] },
  amazonlinux: { tags: { from: '1', to: '2023' }, megabytes: 62, userland: 'fedora', cmd: ['/bin/bash'] },
  bash: {
    tags: { from: '3', to: '5.3', words: ['devel'] },
    megabytes: 5.6,
    userland: 'bash',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['bash'],
    programs: { '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint' },
  },
  'hello-world': {
    tags: { from: '1', to: '1', words: ['linux', 'nanoserver'] },
    megabytes: 0.0025,
    userland: 'none',
    cmd: ['/hello'],
    programs: { '/hello': 'hello-world' },
  },
  redis: {
    tags: { from: '2.6', to: '8.2' },
    megabytes: 45.9,
    smallMegabytes: 16.6,
    userland: 'debian',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['redis-server'],
    workingDir: '/data',
    ports: [6379],
    programs: {
      '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint',
      '/usr/local/bin/redis-server': 'redis-server',
      '/usr/local/bin/redis-cli': 'redis-cli',
      '/usr/local/bin/redis-benchmark': 'redis-benchmark',
    },
  },
  httpd: {
    tags: { from: '2.2', to: '2.4' },
    megabytes: 58.7,
    smallMegabytes: 22.6,
    userland: 'debian',
    cmd: ['httpd-foreground'],
    workingDir: '/usr/local/apache2',
    ports: [80],
    stopSignal: 'WINCH',
    env: {
      HTTPD_PREFIX: '/usr/local/apache2',
      PATH: '/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    },
    programs: {
      '/usr/local/bin/httpd-foreground': 'apache',
      '/usr/local/apache2/bin/httpd': 'apache',
      '/usr/local/apache2/bin/apachectl': 'apache',
    },
    files: { '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n' },
  },
  python: {
    tags: { from: '2.7', to: '3.14' },
    megabytes: 374,
    smallMegabytes: 45,
    userland: 'full',
    cmd: ['python3'],
    env: { PYTHON_VERSION: '3.13.9', LANG: 'C.UTF-8' },
  },
  node: {
    tags: { from: '0.10', to: '25', words: ['current', 'iron', 'hydrogen', 'gallium', 'jod', 'krypton'] },
    megabytes: 393,
    smallMegabytes: 56,
    userland: 'full',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['node'],
    env: { NODE_VERSION: '22.21.1', YARN_VERSION: '1.22.22' },
    programs: { '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint' },
  },
  golang: {
    tags: { from: '1.2', to: '1.25' },
    megabytes: 300,
    smallMegabytes: 70,
    userland: 'full',
    cmd: ['bash'],
    workingDir: '/go',
    env: { GOPATH: '/go', GOLANG_VERSION: '1.25.4' },
  },
  perl: {
    tags: { from: '5.8', to: '5.42', words: ['threaded'] },
    megabytes: 362,
    smallMegabytes: 52,
    userland: 'full',
    cmd: ['perl5.42.0', '-de0'],
    programs: { '/usr/local/bin/perl5.42.0': 'perl' },
  },
  ruby: { tags: { from: '1.9', to: '3.4' }, megabytes: 375, smallMegabytes: 70, userland: 'full', cmd: ['irb'] },
  php: {
    tags: { from: '5.2', to: '8.4', words: ['cli', 'zts', 'fpm', 'apache'] },
    megabytes: 180,
    smallMegabytes: 40,
    userland: 'full',
    entrypoint: ['docker-php-entrypoint'],
    cmd: ['php', '-a'],
    programs: { '/usr/local/bin/docker-php-entrypoint': 'docker-entrypoint' },
  },
  openjdk: {
    tags: { from: '6', to: '24', words: ['oraclelinux', 'oracle'] },
    megabytes: 243,
    smallMegabytes: 190,
    userland: 'full',
    cmd: ['jshell'],
  },
  'eclipse-temurin': {
    tags: { from: '8', to: '25' },
    megabytes: 230,
    smallMegabytes: 70,
    userland: 'full',
    cmd: ['jshell'],
  },
  postgres: service(158, 5432, '18', {
    program: 'postgres',
    entrypoint: ['docker-entrypoint.sh'],
    smallMegabytes: 109,
    stopSignal: 'INT',
    env: { PGDATA: '/var/lib/postgresql/data', PG_MAJOR: '17', LANG: 'en_US.utf8' },
    directories: ['/var/lib/postgresql/data', '/docker-entrypoint-initdb.d'],
    programs: {
      '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint',
      '/usr/local/bin/postgres': 'postgres',
      '/usr/bin/pg_isready': 'pg_isready',
      '/usr/bin/psql': 'psql',
    },
  }),
  mysql: service(243, 3306, '9.5', {
    program: 'mysqld',
    entrypoint: ['docker-entrypoint.sh'],
    userland: 'fedora',
    directories: ['/var/lib/mysql', '/docker-entrypoint-initdb.d'],
    programs: {
      '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint',
      '/usr/sbin/mysqld': 'mysqld',
      '/usr/bin/mysql': 'mysql',
      '/usr/bin/mysqladmin': 'mysqladmin',
    },
  }),
  mariadb: service(117, 3306, '12.1', {
    program: 'mariadbd',
    entrypoint: ['docker-entrypoint.sh'],
    directories: ['/var/lib/mysql', '/docker-entrypoint-initdb.d'],
    programs: {
      '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint',
      '/usr/sbin/mariadbd': 'mysqld',
      '/usr/bin/mariadb': 'mysql',
      '/usr/bin/mariadb-admin': 'mysqladmin',
      '/usr/bin/mysqladmin': 'mysqladmin',
      '/usr/bin/mysql': 'mysql',
    },
  }),
  mongo: service(283, 27017, '8.2', {
    program: 'mongod',
    entrypoint: ['docker-entrypoint.sh'],
    directories: ['/data/db', '/data/configdb'],
    programs: {
      '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint',
      '/usr/bin/mongod': 'mongod',
      '/usr/bin/mongosh': 'mongosh',
      '/usr/bin/mongo': 'mongosh',
    },
  }),
  memcached: service(31, 11211, '1.6', {
    program: 'memcached',
    entrypoint: ['docker-entrypoint.sh'],
    smallMegabytes: 4.4,
    user: 'memcache',
    programs: { '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint', '/usr/local/bin/memcached': 'memcached' },
  }),
  cassandra: service(140, 9042, '5.0', {
    program: 'cassandra',
    cmd: ['cassandra', '-f'],
    entrypoint: ['docker-entrypoint.sh'],
    directories: ['/var/lib/cassandra'],
    programs: {
      '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint',
      '/opt/cassandra/bin/cassandra': 'cassandra',
      '/usr/local/bin/cassandra': 'cassandra',
      '/usr/local/bin/nodetool': 'nodetool',
    },
  }),
  rabbitmq: service(105, 5672, '4.2', { program: 'rabbitmq-server', ports: [5672, 15672] }),
  zookeeper: service(110, 2181, '3.9', { program: 'zkServer.sh', ports: [2181, 8080] }),
  elasticsearch: service(560, 9200, '9.2', { program: 'elasticsearch' }),
  wordpress: service(245, 80, '6.8', {
    program: 'apache',
    entrypoint: ['docker-entrypoint.sh'],
    cmd: ['apache2-foreground'],
    workingDir: '/var/www/html',
    stopSignal: 'WINCH',
    programs: {
      '/usr/local/bin/docker-entrypoint.sh': 'docker-entrypoint',
      '/usr/local/bin/apache2-foreground': 'apache',
    },
    files: { '/var/www/html/index.php': '<?php\n' },
    directories: ['/var/www/html'],
  }),
  haproxy: service(41, 80, '3.2', { program: 'haproxy', stopSignal: 'USR1' }),
  traefik: service(52, 80, '3.6', {
    program: 'traefik',
    userland: 'alpine',
    entrypoint: ['/entrypoint.sh'],
    programs: { '/entrypoint.sh': 'docker-entrypoint', '/usr/local/bin/traefik': 'traefik' },
  }),
  caddy: service(20, 80, '2.10', { program: 'caddy', userland: 'alpine' }),
  tomcat: service(200, 8080, '11.0', { program: 'catalina.sh', cmd: ['catalina.sh', 'run'] }),
  jenkins: service(300, 8080, '2.60', { program: 'jenkins' }),
  registry: service(10, 5000, '3.0', { program: 'registry', userland: 'alpine' }),
  ghost: service(200, 2368, '6.0', { program: 'ghost' }),
  nextcloud: service(330, 80, '32', { program: 'apache' }),
  influxdb: service(150, 8086, '3.6', { program: 'influxd' }),
  telegraf: service(150, 8125, '1.36', { program: 'telegraf' }),
  consul: service(50, 8500, '1.15', { program: 'consul', userland: 'alpine' }),
  vault: service(80, 8200, '1.13', { program: 'vault', userland: 'alpine' }),
  fluentd: service(60, 24224, '1.18', { program: 'fluentd' }),
}

/** Others, by their full repository. */
const others: Record<string, CatalogueEntry> = {
  'registry.k8s.io/pause': {
    tags: { from: '0.8', to: '3.10', words: ['latest'] },
    megabytes: 0.32,
    userland: 'none',
    entrypoint: ['/pause'],
    user: '65535:65535',
    programs: { '/pause': 'pause' },
  },
  'registry.k8s.io/busybox': { tags: { from: '1.24', to: '1.29' }, megabytes: 0.7, userland: 'busybox', cmd: ['sh'] },
  'registry.k8s.io/e2e-test-images/busybox': {
    tags: { from: '1.29', to: '1.37' },
    megabytes: 2.2,
    userland: 'busybox',
    cmd: ['sh'],
  },
  'registry.k8s.io/e2e-test-images/agnhost': {
    tags: { from: '2.0', to: '2.59' },
    megabytes: 51.6,
    userland: 'alpine',
    entrypoint: ['/agnhost'],
    cmd: ['pause'],
    ports: [8080, 8081, 9376],
    programs: { '/agnhost': 'agnhost' },
  },
  'registry.k8s.io/e2e-test-images/nginx': {
    tags: { from: '1.14', to: '1.27' },
    megabytes: 20,
    userland: 'nginx',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    stopSignal: 'QUIT',
    programs: { '/usr/sbin/nginx': 'nginx' },
    files: { '/usr/share/nginx/html/index.html': nginxWelcome() },
    directories: ['/var/cache/nginx', '/var/run'],
  },
  'registry.k8s.io/e2e-test-images/httpd': {
    tags: { from: '2.4', to: '2.4' },
    megabytes: 40,
    userland: 'debian',
    cmd: ['httpd-foreground'],
    ports: [80],
    programs: { '/usr/local/bin/httpd-foreground': 'apache' },
    files: { '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n' },
  },
  'registry.k8s.io/nginx-slim': {
    tags: { from: '0.1', to: '0.27', words: [] },
    megabytes: 40.3,
    userland: 'nginx',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    stopSignal: 'QUIT',
    programs: { '/usr/sbin/nginx': 'nginx' },
    files: { '/usr/share/nginx/html/index.html': nginxWelcome() },
    directories: ['/var/cache/nginx', '/var/run'],
  },
  'registry.k8s.io/liveness': {
    tags: { from: '0', to: '1', words: [] },
    megabytes: 2,
    userland: 'busybox',
    entrypoint: ['/server'],
    ports: [8080],
    programs: { '/server': 'liveness' },
  },
  'registry.k8s.io/goproxy': {
    tags: { from: '0.1', to: '0.1', words: [] },
    megabytes: 1.7,
    userland: 'none',
    entrypoint: ['/goproxy'],
    ports: [8080],
    programs: { '/goproxy': 'goproxy' },
  },
  'registry.k8s.io/hpa-example': {
    tags: any,
    megabytes: 176,
    userland: 'debian',
    cmd: ['apache2-foreground'],
    ports: [80],
    programs: { '/usr/local/bin/apache2-foreground': 'hpa-example' },
  },
  'registry.k8s.io/echoserver': {
    tags: { from: '1.0', to: '1.10' },
    megabytes: 43,
    userland: 'debian',
    cmd: ['/usr/local/bin/run.sh'],
    ports: [8080],
    programs: { '/usr/local/bin/run.sh': 'echoserver' },
  },
  'registry.k8s.io/e2e-test-images/echoserver': {
    tags: { from: '2.2', to: '2.5' },
    megabytes: 21,
    userland: 'alpine',
    cmd: ['/usr/local/bin/run.sh'],
    ports: [8080],
    programs: { '/usr/local/bin/run.sh': 'echoserver' },
  },
  'registry.k8s.io/serve_hostname': {
    tags: any,
    megabytes: 6,
    userland: 'none',
    entrypoint: ['/serve_hostname'],
    ports: [9376],
    programs: { '/serve_hostname': 'serve-hostname' },
  },
  'registry.k8s.io/etcd': {
    tags: { from: '2.2', to: '3.6', v: true },
    megabytes: 59,
    userland: 'none',
    cmd: ['etcd'],
    ports: [2379, 2380],
    programs: {
      '/usr/local/bin/etcd': 'etcd',
      '/usr/local/bin/etcdctl': 'etcdctl',
      '/usr/local/bin/etcdutl': 'etcdctl',
    },
  },
  'quay.io/coreos/etcd': {
    tags: { from: '2.2', to: '3.6', v: true },
    megabytes: 24,
    userland: 'none',
    cmd: ['/usr/local/bin/etcd'],
    ports: [2379, 2380],
    programs: { '/usr/local/bin/etcd': 'etcd', '/usr/local/bin/etcdctl': 'etcdctl' },
  },
  'registry.k8s.io/fluentd-gcp': {
    tags: any,
    megabytes: 140,
    userland: 'debian',
    cmd: ['fluentd'],
    programs: { '/usr/local/bin/fluentd': 'fluentd' },
  },
  'registry.k8s.io/sig-storage/nfs-provisioner': {
    tags: any,
    megabytes: 110,
    userland: 'debian',
    cmd: ['sleep', 'infinity'],
  },
  'registry.k8s.io/kube-proxy': {
    tags: any,
    megabytes: 33,
    userland: 'debian',
    cmd: ['kube-proxy'],
    programs: { '/usr/local/bin/kube-proxy': 'pause' },
  },
  'registry.k8s.io/metrics-server/metrics-server': {
    tags: any,
    megabytes: 22,
    userland: 'none',
    entrypoint: ['/metrics-server'],
    ports: [10250],
    programs: { '/metrics-server': 'scripted' },
  },
  'registry.k8s.io/coredns/coredns': {
    tags: any,
    megabytes: 22,
    userland: 'none',
    entrypoint: ['/coredns'],
    ports: [53],
    programs: { '/coredns': 'scripted' },
  },
  'docker.io/luksa/kubia': {
    tags: { from: '0', to: '9', words: ['v1', 'v2', 'v3', 'v4'], v: true },
    megabytes: 264,
    userland: 'debian',
    entrypoint: ['node', 'app.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': 'kubia', '/usr/bin/curl': 'curl' },
  },
  'docker.io/luksa/kubia-unhealthy': {
    tags: any,
    megabytes: 264,
    userland: 'debian',
    entrypoint: ['node', 'app.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': 'kubia-unhealthy', '/usr/bin/curl': 'curl' },
  },
  'docker.io/luksa/kubia-pet': {
    tags: any,
    megabytes: 264,
    userland: 'debian',
    entrypoint: ['node', 'app.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': 'kubia', '/usr/bin/curl': 'curl' },
  },
  'docker.io/luksa/fortune': {
    tags: any,
    megabytes: 50,
    userland: 'debian',
    entrypoint: ['/bin/fortuneloop.sh'],
    programs: { '/bin/fortuneloop.sh': 'fortuneloop' },
  },
  'docker.io/luksa/batch-job': {
    tags: any,
    megabytes: 2.2,
    userland: 'busybox',
    entrypoint: ['/main.sh'],
    programs: { '/main.sh': 'batch-job' },
  },
  'docker.io/ikubernetes/demoapp': {
    tags: { from: '1.0', to: '1.2', v: true },
    megabytes: 46,
    userland: 'alpine',
    cmd: ['/usr/local/bin/demo.py'],
    workingDir: '/usr/local/bin',
    ports: [80],
    env: { DEPLOYENV: 'Production', RELEASE: 'Stable' },
    programs: { '/usr/local/bin/demo.py': 'demoapp', '/usr/bin/curl': 'curl' },
  },
  'docker.io/ikubernetes/myapp': {
    tags: { from: '1', to: '7', v: true },
    megabytes: 6.2,
    userland: 'alpine',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    stopSignal: 'QUIT',
    programs: { '/usr/sbin/nginx': 'nginx' },
    files: { '/usr/share/nginx/html/index.html': 'Hello MyApp | Version: v1 | <a href="hostname.html">Pod Name</a>\n' },
    directories: ['/var/cache/nginx', '/var/run'],
  },
  'docker.io/polinux/stress': {
    tags: { from: '1.0', to: '1.0' },
    megabytes: 4.0,
    userland: 'alpine',
    programs: { '/usr/local/bin/stress': 'stress' },
  },
  'docker.io/progrium/stress': {
    tags: any,
    megabytes: 100,
    userland: 'debian',
    entrypoint: ['/usr/bin/stress', '--verbose'],
    programs: { '/usr/bin/stress': 'stress' },
  },
  'docker.io/alexeiled/stress-ng': {
    tags: any,
    megabytes: 3,
    userland: 'none',
    entrypoint: ['/stress-ng'],
    programs: { '/stress-ng': 'stress' },
  },
  'docker.io/vish/stress': {
    tags: any,
    megabytes: 1.5,
    userland: 'none',
    entrypoint: ['/stress'],
    programs: { '/stress': 'vish-stress' },
  },
  'docker.io/curlimages/curl': {
    tags: { from: '7.60', to: '8.17' },
    megabytes: 9.3,
    userland: 'alpine',
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    user: 'curl_user',
    programs: { '/entrypoint.sh': 'docker-entrypoint', '/usr/bin/curl': 'curl' },
  },
  'docker.io/appropriate/curl': {
    tags: any,
    megabytes: 2.8,
    userland: 'alpine',
    entrypoint: ['curl'],
    programs: { '/usr/bin/curl': 'curl' },
  },
  'docker.io/radial/busyboxplus': {
    tags: { from: '1', to: '1', words: ['curl', 'git'] },
    megabytes: 4,
    userland: 'busybox',
    cmd: ['/bin/sh'],
    programs: { '/usr/bin/curl': 'curl' },
  },
  'docker.io/nicolaka/netshoot': {
    tags: any,
    megabytes: 200,
    userland: 'full',
    cmd: ['zsh'],
    programs: { '/bin/zsh': 'bash' },
  },
  'docker.io/praqma/network-multitool': {
    tags: any,
    megabytes: 20,
    userland: 'full',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    directories: ['/usr/share/nginx/html', '/var/cache/nginx'],
  },
  'docker.io/tutum/dnsutils': { tags: any, megabytes: 60, userland: 'full', cmd: ['/bin/bash'] },
  'registry.k8s.io/e2e-test-images/jessie-dnsutils': {
    tags: any,
    megabytes: 115,
    userland: 'full',
    cmd: ['/bin/bash'],
  },
  'docker.io/hashicorp/http-echo': {
    tags: { from: '0.2', to: '1.0' },
    megabytes: 3,
    userland: 'none',
    entrypoint: ['/http-echo'],
    ports: [5678],
    user: '65532',
    programs: { '/http-echo': 'http-echo' },
  },
  'docker.io/nginxinc/nginx-unprivileged': {
    tags: { from: '1.14', to: '1.29' },
    megabytes: 73,
    smallMegabytes: 20,
    userland: 'nginx',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [8080],
    user: '101',
    stopSignal: 'QUIT',
    programs: { '/usr/sbin/nginx': 'nginx' },
    env: { PODREEL_NGINX_PORT: '8080' },
    files: { '/usr/share/nginx/html/index.html': nginxWelcome() },
  },
  'docker.io/nginxdemos/hello': {
    tags: { from: '0', to: '0.4', words: ['plain', 'text'] },
    megabytes: 20,
    userland: 'nginx',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    stopSignal: 'QUIT',
    programs: { '/usr/sbin/nginx': 'nginx' },
    files: { '/usr/share/nginx/html/index.html': 'Server address: hello\n' },
    directories: ['/var/cache/nginx', '/var/run'],
  },
  'docker.io/traefik/whoami': {
    tags: { from: '1.0', to: '1.11', v: true },
    megabytes: 2.8,
    userland: 'none',
    entrypoint: ['/whoami'],
    ports: [80],
    programs: { '/whoami': 'whoami-server' },
  },
  'docker.io/containous/whoami': {
    tags: any,
    megabytes: 2.8,
    userland: 'none',
    entrypoint: ['/whoami'],
    ports: [80],
    programs: { '/whoami': 'whoami-server' },
  },
  'docker.io/kennethreitz/httpbin': { tags: any, megabytes: 160, userland: 'full', cmd: ['gunicorn'], ports: [80] },
  'docker.io/stefanprodan/podinfo': {
    tags: any,
    megabytes: 25,
    userland: 'alpine',
    cmd: ['./podinfo'],
    workingDir: '/home/app',
    ports: [9898],
    programs: { '/home/app/podinfo': 'scripted' },
  },
  'docker.io/fluent/fluentd': {
    tags: any,
    megabytes: 60,
    userland: 'alpine',
    cmd: ['fluentd'],
    ports: [24224],
    programs: { '/usr/bin/fluentd': 'fluentd' },
  },
  'docker.io/fluent/fluent-bit': {
    tags: any,
    megabytes: 35,
    userland: 'none',
    entrypoint: ['/fluent-bit/bin/fluent-bit'],
    ports: [2020],
    programs: { '/fluent-bit/bin/fluent-bit': 'fluentd' },
  },
  'quay.io/fluentd_elasticsearch/fluentd': {
    tags: any,
    megabytes: 100,
    userland: 'debian',
    cmd: ['/entrypoint.sh'],
    programs: { '/entrypoint.sh': 'fluentd' },
  },
  'docker.io/grafana/grafana': {
    tags: any,
    megabytes: 150,
    userland: 'alpine',
    entrypoint: ['/run.sh'],
    ports: [3000],
    user: '472',
    programs: { '/run.sh': 'scripted' },
  },
  'docker.io/prom/prometheus': {
    tags: any,
    megabytes: 120,
    userland: 'busybox',
    entrypoint: ['/bin/prometheus'],
    ports: [9090],
    user: 'nobody',
    programs: { '/bin/prometheus': 'scripted' },
  },
  'gcr.io/google-samples/hello-app': {
    tags: { from: '1.0', to: '2.0' },
    megabytes: 11.5,
    userland: 'alpine',
    cmd: ['./hello-app'],
    ports: [8080],
    programs: { '/hello-app': 'hello-app' },
  },
  'gcr.io/google-samples/node-hello': {
    tags: { from: '1.0', to: '1.0' },
    megabytes: 260,
    userland: 'debian',
    cmd: ['/bin/sh', '-c', 'node server.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': 'node-hello' },
  },
  'gcr.io/google-samples/gb-frontend': {
    tags: any,
    megabytes: 350,
    userland: 'debian',
    cmd: ['apache2-foreground'],
    ports: [80],
    programs: { '/usr/local/bin/apache2-foreground': 'apache' },
    directories: ['/usr/local/apache2/htdocs'],
  },
  'gcr.io/google-samples/xtrabackup': {
    tags: any,
    megabytes: 70,
    userland: 'debian',
    cmd: ['bash'],
    programs: { '/usr/bin/ncat': 'nc' },
  },
  'gcr.io/google-samples/cassandra': {
    tags: any,
    megabytes: 150,
    userland: 'debian',
    cmd: ['/run.sh'],
    ports: [9042],
    programs: { '/run.sh': 'cassandra', '/usr/local/bin/nodetool': 'nodetool' },
    files: { '/ready-probe.sh': '#!/bin/bash\nexit 0\n' },
  },
  'gcr.io/google-samples/kubernetes-bootcamp': {
    tags: { from: '1', to: '2', v: true },
    megabytes: 80,
    userland: 'full',
    cmd: ['/bin/sh', '-c', 'node server.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': 'kubernetes-bootcamp' },
  },
  'docker.io/jocatalin/kubernetes-bootcamp': {
    tags: { from: '1', to: '2', v: true },
    megabytes: 80,
    userland: 'full',
    cmd: ['/bin/sh', '-c', 'node server.js'],
    ports: [8080],
    programs: { '/usr/local/bin/node': 'kubernetes-bootcamp' },
  },
  'gcr.io/distroless/static': {
    tags: { from: '0', to: '0', words: ['nonroot', 'debug', 'static'] },
    megabytes: 0.8,
    userland: 'none',
  },
  'gcr.io/distroless/base': {
    tags: { from: '0', to: '0', words: ['nonroot', 'debug'] },
    megabytes: 8,
    userland: 'none',
  },
}

/** Other names of the same repository. */
const aliases: readonly [RegExp, string][] = [
  [/^k8s\.gcr\.io\//, 'registry.k8s.io/'],
  [/^(?:us|eu|asia)\.gcr\.io\/k8s-artifacts-prod\//, 'registry.k8s.io/'],
  [/^gcr\.io\/google[-_]containers\//, 'registry.k8s.io/'],
  [/^us-docker\.pkg\.dev\/google-samples\/containers\/gke\//, 'gcr.io/google-samples/'],
  [
    /^(?:public\.ecr\.aws\/docker|mirror\.gcr\.io|registry\.hub\.docker\.com|daocloud\.io|m\.daocloud\.io\/docker\.io|docker\.m\.daocloud\.io|dockerproxy\.com|quay\.io)\/library\//,
    'docker.io/library/',
  ],
  [/^registry\.aliyuncs\.com\/google_containers\//, 'registry.k8s.io/'],
  [/^registry\.cn-[a-z]+\.aliyuncs\.com\/google_containers\//, 'registry.k8s.io/'],
]

/** Under the name it has at its home: k8s.gcr.io/pause is registry.k8s.io/pause. */
export function homeOf(repository: string): string {
  for (const [pattern, home] of aliases) if (pattern.test(repository)) return repository.replace(pattern, home)
  return repository
}

/** What is known of a repository. */
export function catalogueEntry(repository: string): CatalogueEntry | undefined {
  const home = homeOf(repository)
  if (Object.hasOwn(others, home)) return others[home]
  const name = home.startsWith('docker.io/library/') ? home.slice('docker.io/library/'.length) : undefined
  return name !== undefined && Object.hasOwn(official, name) ? official[name] : undefined
}

export const officialNames: readonly string[] = Object.keys(official)

function nginxWelcome(): string {
  return `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`
}

function nginxConfiguration(): string {
  return `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    access_log  /var/log/nginx/access.log  main;
    sendfile        on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
`
}
