import { expect, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START, type LabOptions } from '../testing/lab.ts'

function folder(files: Record<string, string>): FileSystem {
  const made = new FileSystem({ now: () => LAB_START })
  for (const [path, text] of Object.entries(files)) made.writeText(path, text)
  return made
}

const page = `<h1><?= gethostname() ?></h1>
<?php
// who runs this
$name = getenv('NAME'); # a comment
echo "Hello, {$name}!\\n" . 'It is ' . date("Y") . PHP_EOL;
echo $_SERVER['REQUEST_METHOD'], ' ', $_GET['q'];
?>
`

test.each([
  ['/', '<h1>web</h1>\nHello, ada!\nIt is 2026\nGET '],
  ['/index.php?q=x', '<h1>web</h1>\nHello, ada!\nIt is 2026\nGET x'],
  ['/info.php', 'PHP Version 8.2.14'],
  ['/plain.html', '<p>plain</p>\n'],
])('Apache runs what is PHP: %s', (path, seen) => {
  const source = folder({ '/index.php': page, '/info.php': '<?php phpinfo();', '/plain.html': '<p>plain</p>\n' })
  const lab = new Lab({ image: 'php:8.2-apache', env: { NAME: 'ada' }, mounts: [{ path: '/var/www/html', source, readOnly: true }] }).start().until(2000)
  expect(lab.exec(['curl', '-s', `localhost${path}`]).stdout).toContain(seen)
})

const conf = `server {
  listen 80;
  root /app;
  index index.php index.html;
  location / { try_files $uri $uri/ /index.php?$query_string; }
  location ~ \\.php$ {
    fastcgi_pass fpm:9000;
    fastcgi_index index.php;
    include fastcgi_params;
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
  }
}
`

/** nginx with these pages, in front of a php-fpm that has those. */
function inFront(own: Record<string, string>, fpm: LabOptions | undefined): Lab {
  const lab = new Lab({ image: 'nginx:1.27', mounts: [{ path: '/etc/nginx/conf.d', source: folder({ '/default.conf': conf }), readOnly: true }, { path: '/app', source: folder(own), readOnly: true }] })
  if (fpm !== undefined) lab.neighbour('fpm', fpm)
  return lab.until(2000).start().until(4000)
}

test.each([
  ['/', '<h1>fpm</h1>'],
  ['/shop/7?q=z', 'GET z'],
  ['/other.php', 'File not found.'],
  ['/a.txt', 'text'],
])('nginx passes on to php-fpm: %s', (path, seen) => {
  const lab = inFront({ '/index.php': page, '/other.php': '<?php echo 1;', '/a.txt': 'text\n' }, { image: 'php:8.2-fpm', mounts: [{ path: '/app', source: folder({ '/index.php': page }), readOnly: true }] })
  expect(lab.exec(['curl', '-s', `localhost${path}`]).stdout).toContain(seen)
})

test('without the Service of php-fpm nginx does not begin', () => {
  expect(inFront({}, undefined).output).toContain('nginx: [emerg] host not found in upstream "fpm:9000" in /etc/nginx/conf.d/default.conf:7\n')
})
