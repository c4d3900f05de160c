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

/** An image around nginx that brings nothing but a page; the official one has more. */
export function nginxImage({ welcome = nginxWelcome(), ...rest }: Pick<CatalogueEntry, 'tags' | 'megabytes'> & Partial<CatalogueEntry> & { welcome?: string }): CatalogueEntry {
  return {
    userland: 'nginx',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    stopSignal: 'QUIT',
    programs: { '/usr/sbin/nginx': 'nginx' },
    files: { '/usr/share/nginx/html/index.html': welcome },
    directories: ['/var/cache/nginx', '/var/run'],
    ...rest,
  }
}
