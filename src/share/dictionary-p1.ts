/**
 * The preset dictionary of links that begin with "#p1:". It is frozen: a link can only be read with the
 * very bytes it was written with (codec.test.ts holds its hash). A better one needs a new prefix, and
 * this one stays.
 *
 * It holds what scenarios are made of, as it stands in their JSON (line ends of files as \n): rare
 * things first, common things last, where deflate reaches them most cheaply.
 */
const rare = [
  String.raw`apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nkind: ClusterRole\nkind: RoleBinding\nkind: Role\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\nsubjects:\n- kind: ServiceAccount\nrules:\n- apiGroups: [\"\"]\n  resources: [\"pods\"]\n  verbs: [\"get\", \"list\", \"watch\"]\n`,
  String.raw`apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nvalue: 1000\nglobalDefault: false\npreemptionPolicy: PreemptLowerPriority\npriorityClassName: high\n`,
  String.raw`apiVersion: policy/v1\nkind: PodDisruptionBudget\n  minAvailable: 1\n  maxUnavailable: 1\nkind: LimitRange\nkind: ResourceQuota\n  hard:\n    requests.cpu: \"1\"\n    limits.memory: 1Gi\n  - default:\n    defaultRequest:\n    type: Container\n`,
  String.raw`apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n  scaleTargetRef:\n    apiVersion: apps/v1\n    kind: Deployment\n  minReplicas: 1\n  maxReplicas: 10\n  metrics:\n  - type: Resource\n    resource:\n      name: cpu\n      target:\n        type: Utilization\n        averageUtilization: 50\n`,
  String.raw`kind: PersistentVolume\n  capacity:\n    storage: 1Gi\n  accessModes:\n  - ReadWriteOnce\n  persistentVolumeReclaimPolicy: Retain\n  hostPath:\n    path: /mnt/data\nkind: PersistentVolumeClaim\n  storageClassName: manual\n    persistentVolumeClaim:\n      claimName: data\n  volumeClaimTemplates:\n`,
  String.raw`apiVersion: batch/v1\nkind: CronJob\n  schedule: \"*/1 * * * *\"\n  concurrencyPolicy: Forbid\n  jobTemplate:\nkind: Job\n  backoffLimit: 4\n  completions: 5\n  parallelism: 2\n  completionMode: Indexed\n  activeDeadlineSeconds: 30\n  ttlSecondsAfterFinished: 60\n`,
  String.raw`kind: DaemonSet\nkind: StatefulSet\n  serviceName: \"nginx\"\n  podManagementPolicy: Parallel\n  updateStrategy:\nkind: ReplicaSet\n      matchExpressions:\n      - key: app\n        operator: In\n        values:\n        - kubia\n`,
  String.raw`    topologySpreadConstraints:\n  - maxSkew: 1\n    topologyKey: topology.kubernetes.io/zone\n    whenUnsatisfiable: DoNotSchedule\n    labelSelector:\n      matchLabels:\n  affinity:\n    nodeAffinity:\n      requiredDuringSchedulingIgnoredDuringExecution:\n        nodeSelectorTerms:\n        - matchExpressions:\n          - key: disktype\n            operator: In\n            values:\n            - ssd\n      preferredDuringSchedulingIgnoredDuringExecution:\n      - weight: 100\n        podAffinityTerm:\n    podAntiAffinity:\n    podAffinity:\n          topologyKey: kubernetes.io/hostname\n`,
  String.raw`  tolerations:\n  - key: \"key1\"\n    operator: \"Equal\"\n    operator: \"Exists\"\n    value: \"value1\"\n    effect: \"NoSchedule\"\n    effect: NoExecute\n    tolerationSeconds: 300\n  nodeSelector:\n    kubernetes.io/hostname: node1\n  nodeName: node1\n  schedulerName: default-scheduler\n  hostNetwork: true\n  shareProcessNamespace: true\n  serviceAccountName: default\n  automountServiceAccountToken: false\n  schedulingGates:\n  imagePullSecrets:\n  dnsPolicy: ClusterFirst\n`,
  String.raw`    securityContext:\n      runAsUser: 1000\n      runAsNonRoot: true\n      readOnlyRootFilesystem: true\n  hostname: web\n  subdomain: nginx\n`,
  String.raw`    downwardAPI:\n      items:\n      - path: \"labels\"\n        fieldRef:\n          fieldPath: metadata.labels\n    - name: POD_NAME\n      valueFrom:\n        fieldRef:\n          fieldPath: metadata.name\n    - name: POD_NAMESPACE\n          fieldPath: metadata.namespace\n    - name: POD_IP\n          fieldPath: status.podIP\n    - name: NODE_NAME\n          fieldPath: spec.nodeName\n        resourceFieldRef:\n          containerName: main\n          resource: limits.memory\n          divisor: 1Ki\n        configMapKeyRef:\n          name: config\n          key: \n        secretKeyRef:\n    envFrom:\n    - configMapRef:\n    - secretRef:\n`,
  String.raw`apiVersion: v1\nkind: ConfigMap\ndata:\n  key: value\nkind: Secret\ntype: Opaque\nstringData:\nkind: Namespace\nkind: ServiceAccount\nkind: Node\nspec:\n  taints:\n  unschedulable: true\n`,
]

const services = [
  String.raw`apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: NodePort\n  type: LoadBalancer\n  clusterIP: None\n  publishNotReadyAddresses: true\n  selector:\n    app: web\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n    nodePort: 30125\n    protocol: TCP\n`,
  String.raw`apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  labels:\n    app: web\nspec:\n  replicas: 3\n  minReadySeconds: 5\n  revisionHistoryLimit: 10\n  progressDeadlineSeconds: 600\n  strategy:\n    type: RollingUpdate\n    type: Recreate\n    rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - name: web\n        image: nginx:1.27\n        ports:\n        - containerPort: 80\n`,
]

const pods = [
  String.raw`  priorityClassName: high\n  activeDeadlineSeconds: 30\n  readinessGates:\n  - conditionType: \n  ephemeralContainers:\n    workingDir: /tmp\n    stdin: true\n    tty: true\n    terminationMessagePath: /dev/termination-log\n    terminationMessagePolicy: FallbackToLogsOnError\n`,
  String.raw`  volumes:\n  - name: cache\n    emptyDir: {}\n  - name: config\n    configMap:\n      name: config\n    secret:\n      secretName: \n    hostPath:\n      path: /\n    volumeMounts:\n    - name: cache\n      mountPath: /cache\n      readOnly: true\n      subPath: \n`,
  String.raw`    startupProbe:\n    livenessProbe:\n      exec:\n        command:\n        - cat\n        - /tmp/healthy\n      httpGet:\n        path: /healthz\n        port: 8080\n      tcpSocket:\n        port: 8080\n      grpc:\n        port: 2379\n      initialDelaySeconds: 5\n      periodSeconds: 5\n      timeoutSeconds: 1\n      successThreshold: 1\n      failureThreshold: 3\n    readinessProbe:\n      httpGet:\n        path: /ready\n        port: 80\n      initialDelaySeconds: 5\n      periodSeconds: 10\n      exec:\n        command:\n        - ls\n        - /var/ready\n`,
  String.raw`    lifecycle:\n      postStart:\n        exec:\n          command: [\"sh\", \"-c\", \"echo started\"]\n      preStop:\n        exec:\n          command: [\"sh\", \"-c\", \"sleep 5\"]\n        sleep:\n          seconds: 5\n`,
  String.raw`  initContainers:\n  - name: init\n    image: busybox:1.36\n    restartPolicy: Always\n    command: [\"sh\", \"-c\", \"sleep 3\"]\n  - name: check\n    image: busybox:1.28\n    command: ['sh', '-c', 'until nslookup web; do echo waiting; sleep 2; done']\n`,
  String.raw`    image: python:3.12\n    image: postgres:16\n    image: mysql:8\n    image: httpd:2.4\n    image: redis:7\n    image: alpine:3.20\n    image: registry.k8s.io/pause:3.10\n    image: registry.k8s.io/e2e-test-images/agnhost:2.53\n    image: ikubernetes/demoapp:v1.0\n    image: luksa/kubia-unhealthy\n    image: luksa/kubia\n    image: nginx:1.14.2\n    image: nginx\n    image: busybox\n    image: busybox:1.28\n`,
  String.raw`    resources:\n      requests:\n        cpu: 100m\n        memory: 64Mi\n      limits:\n        cpu: 500m\n        memory: 128Mi\n        ephemeral-storage: 1Gi\n    resources: { requests: { cpu: \"1\" } }\n`,
  String.raw`    env:\n    - name: LANGUAGE\n      value: \"en\"\n    imagePullPolicy: IfNotPresent\n    imagePullPolicy: Always\n    imagePullPolicy: Never\n    args: [\"--port\"]\n    args:\n    - /bin/sh\n    - -c\n    - touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600\n    command: [\"sleep\", \"3600\"]\n    command: [\"sh\", \"-c\", \"trap 'exit 0' TERM; while true; do sleep 1; done\"]\n    command: [\"sh\", \"-c\", \"echo hello; sleep 2; exit 1\"]\n    command: ['sh', '-c', 'echo The app is running! && sleep 3600']\n`,
  String.raw`---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: default\n  annotations:\n    podreel.dev/\n  labels:\n    app: web\n    tier: frontend\nspec:\n  terminationGracePeriodSeconds: 30\n  restartPolicy: OnFailure\n  restartPolicy: Never\n  restartPolicy: Always\n  containers:\n  - name: app\n    image: busybox:1.36\n    command: [\"sh\", \"-c\", \"\n  - name: nginx\n    image: nginx:1.27\n    ports:\n    - containerPort: 80\n      name: http\n      hostPort: 8080\n`,
]

const actions = [
  `"namespace":"default","pod":"web","container":"app","signal":"KILL"},"restore":true}}`,
  `"fault":{"type":"node-pressure","node":"node1","signal":"memory"},"fault":{"type":"controller-stop","fault":{"type":"registry-slow","factor":20},"fault":{"type":"registry-down"},"fault":{"type":"probe-corrupt","fault":{"type":"kill-process","fault":{"type":"apiserver-stop"},"fault":{"type":"etcd-stop"},"fault":{"type":"runtime-stop","fault":{"type":"node-partition","fault":{"type":"scheduler-stop"},"fault":{"type":"node-stop","node":"node3"},"fault":{"type":"kubelet-stop","node":"node2"}}`,
  `"request":{"verb":"create","path":"/api/v1/namespaces/default/pods","body":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"app","image":"nginx"}]}}}`,
  `"startTime":"2025-01-01T00:00:00Z","latency":"zero","latency":"realistic","cluster":{"nodes":[{"apiVersion":"v1","kind":"Node","metadata":{"name":"node1","labels":{"topology.kubernetes.io/zone":"zone-a"}},"status":{"capacity":{"cpu":"4","memory":"8Gi","pods":"110"},"allocatable":{"cpu":"4","memory":"8Gi","pods":"110"}}}],"seed":1}`,
  `"expect":[{"pod":"web","statuses":["Pending","ContainerCreating","Running","Terminating","Completed","Error","CrashLoopBackOff","ImagePullBackOff","ErrImagePull"],"phases":["Pending","Running","Succeeded","Failed"],"events":["Scheduled","Pulling","Pulled","Created","Started","Killing","BackOff","Unhealthy"],"milestones":["create/","terminate/"],"finally":"pod/web gone"}]`,
  `"goal":{"when":"pod/web Ready","hints":[{"en":"`,
  `"chapters":[{"title":{"en":"`,
  `"},"notes":{"en":"`,
  `"say":{"en":"","zh":"`,
  `"},"at":0,"when":"pod/web Ready","when":"pod/web Running","when":"pod/web gone","after":2000,"stdin":"`,
]

const commands = [
  `annotate pod web key=value`,
  `cordon node1`,
  `uncordon node1`,
  `drain node1 --ignore-daemonsets --delete-emptydir-data --force`,
  `taint nodes node1 key1=value1:NoSchedule`,
  `taint nodes node1 key1=value1:NoExecute-`,
  `label node node1 disktype=ssd`,
  `rollout undo deployment/web`,
  `rollout pause deployment/web`,
  `rollout resume deployment/web`,
  `rollout history deployment/web`,
  `rollout restart deployment/web`,
  `rollout status deployment/web`,
  `scale deployment/web --replicas=5`,
  `set image deployment/web nginx=nginx:1.27`,
  `set image pod/web app=nginx:1.27`,
  `autoscale deployment web --min=1 --max=10 --cpu-percent=50`,
  `patch pod web -p '{\\"spec\\":{`,
  `expose pod web --port=80`,
  `create deployment web --image=nginx --replicas=3`,
  `create namespace team-a`,
  `run web --image=nginx --restart=Never -- sleep 3600`,
  `exec web -- ls /`,
  `exec web -c app -- touch /var/ready`,
  `exec -it web -- sh`,
  `port-forward pod/web 8080:80`,
  `top pods`,
  `auth can-i create pods --as=system:serviceaccount:default:default`,
  `api-resources`,
  `explain pod.spec.containers`,
  `wait --for=condition=Ready pod/web --timeout=60s`,
  `edit pod web`,
  `replace --force -f pod.yaml`,
  `label pod web app=web --overwrite`,
  `get pods --show-labels`,
  `get pods -l app=web`,
  `get pods -L app`,
  `get pods -A`,
  `get pods -n kube-system`,
  `get deployments`,
  `get rs`,
  `get svc`,
  `get endpointslices`,
  `get nodes -o wide`,
  `get nodes`,
  `get events --sort-by=.lastTimestamp`,
  `get events -w`,
  `get pod web -o jsonpath={.status.phase}`,
  `get pod web -o yaml`,
  `get pods -o wide`,
  `logs web -c app --previous`,
  `logs -f web`,
  `logs web`,
  `describe node node1`,
  `describe pod web`,
  `delete pod web --grace-period=0 --force`,
  `delete pod web --grace-period=5`,
  `delete pod web --now`,
  `delete pod web --wait=false`,
  `delete deployment web`,
  `delete -f pod.yaml`,
  `delete pod web`,
  `create -f pod.yaml`,
  `get pods -w`,
  `get pod web`,
  `get pods`,
  `apply -f pod.yaml`,
].map((line) => `"kubectl":"${line}"},{"step":`)

const frame = [
  `{"scenario":{"apiVersion":"podreel.dev/v1","kind":"Scenario","metadata":{"name":"untitled","labels":{"topic":"creation"}},"spec":{"title":{"en":"Untitled","zh":"未命名"},"summary":{"en":"","zh":""},"cluster":{"nodes":3,"seed":1},"files":{"pod.yaml":"apiVersion: v1\\nkind: Pod\\nmetadata:\\n  name: web\\nspec:\\n  containers:\\n  - name: app\\n    image: nginx:1.27\\n"},"script":[{"at":0,"kubectl":"apply -f pod.yaml"}],"end":60000}}}`,
  `{"base":"untitled","hash":"","spec":{"files":{"nginx-pod.yaml":"","deployment.yaml":"","service.yaml":"","pods.yaml":""},"script":[[0,1],[1,],{"step":1000,"files":{"pod.yaml":"`,
  `{"base":"liveness-","base":"readiness-","base":"startup-","base":"init-","base":"sidecar-","base":"node-","base":"service-","base":"deployment-","base":"job-","base":"pull-","base":"affinity-","base":"taint-","base":"crash-loop"}`,
  `{"base":"restart-always"}{"base":"restart-never"}{"base":"image-missing"}{"base":"delete-pending"}{"base":"force-delete"}{"base":"grace-period-5"}{"base":"ignores-term"}{"base":"prestop-beyond-grace"}{"base":"graceful-end"}{"base":"ten-steps"}{"base":"first-pod"}`,
]

export const dictionaryP1: Uint8Array = new TextEncoder().encode(
  [...rare, ...services, ...pods, ...actions, ...commands, ...frame].join(''),
)
