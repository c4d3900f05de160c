/** Larger programs that come later than the rest (rare.ts), with the MiB that they occupy when they have started. */
export const rareMiB = {
  pause: 0.3, scripted: 2, git: 4, vi: 3, apache: 9, 'busybox-httpd': 0.7, 'redis-server': 8, 'redis-cli': 2, 'redis-benchmark': 2, postgres: 20, psql: 5,
  pg_dump: 5, mysqldump: 5, pg_isready: 2, mysqld: 60, mysql: 5, mysqladmin: 5, xtrabackup: 30, xbstream: 2, mongod: 40, mongosh: 40, 'mongo-express': 2, memcached: 2, cassandra: 300, nodetool: 60, cqlsh: 30,
  'rabbitmq-server': 60, rabbitmqctl: 30, 'rabbitmq-plugins': 30, 'zkServer.sh': 60, 'zkCli.sh': 60, elasticsearch: 600, fluentd: 40, coredns: 8, etcd: 20, 'kube-apiserver': 60,
  'kube-controller-manager': 20, 'kube-proxy': 10, 'kube-scheduler': 15, etcdctl: 15, haproxy: 10, socat: 2, traefik: 30, caddy: 20, 'cluster-proportional-autoscaler': 10, 'fluent-bit': 12, 'catalina.sh': 100,
  jenkins: 200, registry: 15, ghost: 80, influxd: 60, telegraf: 40, consul: 40, vault: 60, node: 45, perl: 6, ruby: 30, php: 15, 'php-fpm': 12,
  java: 120, go: 30, irb: 30, jshell: 120, npm: 60, gunicorn: 40, uvicorn: 40, flask: 40, python: 10, stress: 1, 'vish-stress': 4, agnhost: 12, nonewprivs: 2,
  kubia: 40, 'kubia-unhealthy': 40, 'kubia-pet': 40, 'kubia-pet-peers': 40, kiada: 40, kuard: 8, podinfo: 12, wordpress: 40, podcli: 6, kubectl: 20,
  'dra-example-kubeletplugin': 20, 'kube-webhook-certgen': 12, 'metrics-server': 20, 'nginx-ingress-controller': 45, 'wait-shutdown': 5, 'f5-ingress': 45, gateway: 30, 'metallb-controller': 25, argocd: 40, 'cert-manager': 30, 'metallb-speaker': 25, kubelet: 20, containerd: 10, crictl: 12, ctr: 12, iptables: 2, 'iptables-save': 2, journalctl: 4, systemctl: 4, ssh: 6, scp: 6, sudo: 4, reboot: 2, kubeadm: 30, 'node-apt': 8, 'node-tool': 2,
  'ssd-monitor': 1, 'event-simulator': 20, 'hello-kubernetes': 40, hellok8s: 6, 'http-https-echo': 40, 'echo-server': 40, 'log-ambassador': 40,
  'mini-http-server': 10, 'nodejs-hello-world': 40, 'random-generator': 90, 'webapp-color': 25, demoapp: 30, 'hello-app': 6, 'hello-go': 6, 'node-hello': 40,
  'kubernetes-bootcamp': 40, goproxy: 5, 'whoami-server': 6, 'hpa-example': 12, echoserver: 10, 'echo-basic': 6, 'serve-hostname': 6, liveness: 6, 'http-echo': 6,
  'hello-world': 1, 'batch-job': 1, whereami: 45, fortuneloop: 1,
  'quote-writer': 2, 'node-agent': 8, envoy: 25, bitnami: 1, guestbook: 30, fortune: 1, 'quiz-api': 12, mongoimport: 15, httpbin: 50, 'go-httpbin': 8, 'bookinfo-details': 25, 'bookinfo-productpage': 45,
  'bookinfo-ratings': 40, 'bookinfo-reviews': 130, 'voting-vote': 35, 'voting-result': 45, 'voting-worker': 40, 'azure-vote': 45,
  'kiamol-numbers-api': 45, 'kiamol-numbers-web': 50, 'kiamol-proxy': 40, 'kiamol-pi': 45, 'kiamol-timecheck': 35, 'memory-allocator': 5,
}

export type RareProgram = keyof typeof rareMiB
