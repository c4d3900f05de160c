import type { CatalogueEntry } from './entry.ts'

/** The page that nginx' images serve. */
export function nginxWelcome(): string {
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

/** nginx.conf of the official image, shortened. */
export function nginxConfiguration(): string {
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

/** All that the official image has besides its base; it listens where it is told. */
export function nginxRoot(port: number): Required<Pick<CatalogueEntry, 'programs' | 'files' | 'directories' | 'links'>> {
  return {
    programs: {
      '/docker-entrypoint.sh': 'nginx-entrypoint',
      '/usr/sbin/nginx': 'nginx',
      '/usr/sbin/nginx-debug': 'nginx',
      // Those from Alpine have them, too.
      '/usr/bin/curl': 'curl',
      '/usr/bin/envsubst': 'envsubst',
      ...Object.fromEntries(entrypointParts.map((name) => [`${ENTRYPOINT_FOLDER}/${name}`, 'nginx-entrypoint-part'])),
    },
    files: {
      '/usr/share/nginx/html/index.html': nginxWelcome(),
      '/usr/share/nginx/html/50x.html':
        '<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n',
      '/etc/nginx/nginx.conf': nginxConfiguration(),
      '/etc/nginx/mime.types': 'types {\n    text/html html htm shtml;\n    text/css css;\n}\n',
      '/etc/nginx/conf.d/default.conf': `server {\n    listen       ${port};\n    listen  [::]:${port};\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n    error_page   500 502 503 504  /50x.html;\n    location = /50x.html {\n        root   /usr/share/nginx/html;\n    }\n}\n`,
    },
    directories: ['/var/cache/nginx', '/var/log/nginx'],
    links: { '/var/log/nginx/access.log': '/dev/stdout', '/var/log/nginx/error.log': '/dev/stderr' },
  }
}

/** Where scripts lie that run before nginx does. */
export const ENTRYPOINT_FOLDER = '/docker-entrypoint.d'

/** What the image brings there. */
const entrypointParts = ['10-listen-on-ipv6-by-default.sh', '15-local-resolvers.envsh', '20-envsubst-on-templates.sh', '30-tune-worker-processes.sh']

/** An image around nginx that brings nothing but a page; the official one has more. */
export function nginxImage({ welcome = nginxWelcome(), ...rest }: Pick<CatalogueEntry, 'tags' | 'megabytes'> & Partial<CatalogueEntry> & { welcome?: string }): CatalogueEntry {
  return {
    userland: 'nginx',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    stopSignal: 'QUIT',
    programs: { '/usr/sbin/nginx': 'nginx' },
    files: { '/usr/share/nginx/html/index.html': welcome },
    directories: ['/var/cache/nginx'],
    ...rest,
  }
}
