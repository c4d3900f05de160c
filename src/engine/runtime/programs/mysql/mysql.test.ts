import { expect, test } from 'vitest'
import { kubectl } from '../../../../kubectl/index.ts'
import { createCluster } from '../../../index.ts'
import { Lab } from '../../testing/lab.ts'

test.each([
  ['SELECT @@server_id, @@max_connections', '7\t300\n'],
  ["SHOW VARIABLES LIKE 'innodb_buffer_pool_size'", 'innodb_buffer_pool_size\t268435456\n'],
  ["SHOW VARIABLES LIKE 'character_set_server'", 'character_set_server\tutf8\n'],
  ["SHOW GLOBAL VARIABLES LIKE 'wait_time%'", 'wait_timeout\t28800\n'],
  ["SET GLOBAL max_connections = 9; SHOW VARIABLES WHERE Variable_name = 'max_connections'", 'max_connections\t9\n'],
  ['SELECT 1 AS a, 2 AS second\\G', '*************************** 1. row ***************************\n     a: 1\nsecond: 2\n'],
])('option files and the command line count: %s', (statement, shown) => {
  const lab = new Lab({ image: 'mysql:5.7', args: ['--character-set-server=utf8'], env: { MYSQL_ALLOW_EMPTY_PASSWORD: '1' } })
  lab.os.files.writeText('/etc/mysql/conf.d/own.cnf', '# ours\n[client]\nport=1\n[mysqld]\nserver-id = 7\nmax_connections=300 # many\ninnodb_buffer_pool_size="256M"\n')
  lab.start().until(20_000)
  expect(lab.exec(['mysql', '-N', '-e', statement]).stdout).toBe(shown)
})

test('a replica is cloned from another, follows the source, and takes nothing of its own', () => {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  k('create service clusterip db --clusterip=None --tcp=3306')
  k('apply -f -', `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec:
      volumes: [{ name: data, emptyDir: {} }]
      initContainers:
      - name: clone
        image: gcr.io/google-samples/xtrabackup:1.0
        command: [sh, -c, 'case $HOSTNAME in db-0) ;; *) ncat --recv-only db-0.db 3307 | xbstream -x -C /var/lib/mysql; xtrabackup --prepare --target-dir=/var/lib/mysql;; esac']
        volumeMounts: [{ name: data, mountPath: /var/lib/mysql }]
      containers:
      - name: mysql
        image: mysql:5.7
        command: [sh, -c, 'case $HOSTNAME in db-0) set -- --log-bin;; *) set -- --super-read-only;; esac; exec docker-entrypoint.sh mysqld --server-id=1\${HOSTNAME#db-} "$@"']
        env: [{ name: MYSQL_ALLOW_EMPTY_PASSWORD, value: "1" }]
        readinessProbe: { exec: { command: [mysqladmin, ping] } }
        volumeMounts: [{ name: data, mountPath: /var/lib/mysql }]
      - name: backup
        image: gcr.io/google-samples/xtrabackup:1.0
        command: [sh, -c, 'exec ncat --listen --keep-open --send-only --max-conns=1 3307 -c "xtrabackup --backup --stream=xbstream --host=127.0.0.1 --user=root"']
        volumeMounts: [{ name: data, mountPath: /var/lib/mysql }]
`.replaceAll('\\$', '$'))
  c.run({ for: '10s' })
  const ask = (pod: string, statement: string): string => k(`exec ${pod} -c mysql -- mysql -N -e "${statement}"`)
  c.run({ for: '2m' })
  expect(k('logs db-1 -c clone')).toContain('completed OK!')
  const [, file = '', at = ''] = /^(\S+)\t(\d+)$/.exec(k('exec db-1 -c mysql -- cat /var/lib/mysql/xtrabackup_binlog_info').trim()) ?? []
  expect(file).toBe('db-0-bin.000003')
  ask('db-1', `CHANGE MASTER TO MASTER_LOG_FILE='${file}', MASTER_LOG_POS=${at}, MASTER_HOST='db-0.db', MASTER_USER='root', MASTER_PASSWORD=''; START SLAVE;`)
  ask('db-0', "CREATE DATABASE shop; CREATE TABLE shop.t (name TEXT); INSERT INTO shop.t VALUES ('ada')")
  expect(ask('db-1', 'SELECT * FROM shop.t')).toBe('ada\n')
  expect(ask('db-1', 'SELECT @@server_id')).toBe('11\n')
  expect(ask('db-1', 'DROP DATABASE shop')).toContain('ERROR 1290 (HY000) at line 1: The MySQL server is running with the --super-read-only option')
  expect(ask('db-1', 'SHOW SLAVE STATUS\\G')).toMatch(/ {4}Master_Log_File: db-0-bin\.000003[\s\S]* {3}Slave_IO_Running: Yes\n/)
  expect(ask('db-0', 'SHOW SLAVE STATUS')).toBe('')
})

test('a backup wants a server, and a target what a backup has left', () => {
  const lab = new Lab({ image: 'gcr.io/google-samples/xtrabackup:1.0', command: ['sleep', '3600'] }).start()
  expect(lab.exec(['xtrabackup', '--backup', '--stream=xbstream', '--host=127.0.0.1'])).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining("Failed to connect to MySQL server: Can't connect to MySQL server on '127.0.0.1' (111).") as string })
  expect(lab.exec(['xtrabackup', '--prepare', '--target-dir=/nothing']).exitCode).toBe(1)
  expect(lab.exec(['sh', '-c', 'echo no stream | xbstream -x']).stderr).toContain('wrong chunk magic')
  expect(lab.exec(['ncat', '--recv-only', 'nowhere', '3307']).stderr).toBe('Ncat: Could not resolve hostname "nowhere": Name or service not known. QUITTING.\n')
})
