/**
 * What the fields of a manifest mean, for the editor's completion and hover: "Type.field 说明". English comes from
 * the published client (scripts/generate-editor-schema.mjs); a field that is not listed here is explained in English.
 * `*` stands for every kind. It is loaded with the editor only.
 */
const text = `
*.apiVersion 这个对象的 API 组和版本，如 v1、apps/v1。和 kind 一起决定其余字段。
*.kind 对象的种类，如 Pod、Deployment。
*.metadata 对象的元数据：名字、命名空间、标签、注解等。
*.spec 期望状态：你想要什么。
*.status 实际状态：由系统填写，不用手写。
ObjectMeta.name 对象的名字，在同一命名空间和同一种类中唯一。创建后不能修改。
ObjectMeta.namespace 所在的命名空间，不写就是 default。Node、PersistentVolume 等集群级对象没有命名空间。
ObjectMeta.labels 标签：键值对（映射，不是列表）。selector 按标签选择对象。
ObjectMeta.annotations 注解：键值对，给工具和人看的附加信息，不能用来选择对象。
ObjectMeta.generateName 名字前缀：没有写 name 时，由 API server 在后面加上随机后缀。
ObjectMeta.finalizers 删除前必须完成的事。列表清空之前，对象只会被标记为正在删除。
ObjectMeta.ownerReferences 拥有它的对象。属主被删除后，垃圾回收器会删除它。
ObjectMeta.resourceVersion 内部版本号，每次写入都会变。用来发现并发修改的冲突。
ObjectMeta.uid 系统给的唯一标识，同名重建的对象也不同。
ObjectMeta.creationTimestamp 创建时间，由系统填写。
ObjectMeta.deletionTimestamp 被要求删除后，对象最迟消失的时间，由系统填写。
ObjectMeta.deletionGracePeriodSeconds 优雅终止的秒数，由系统填写。
ObjectMeta.generation spec 每变一次加一，由系统填写。
PodSpec.containers 容器列表，至少一个。创建后不能增减。
PodSpec.initContainers init 容器：按顺序一个个运行，全部成功后才启动主容器。restartPolicy 为 Always 的就是 sidecar。
PodSpec.ephemeralContainers 临时容器，用于调试正在运行的 Pod，只能通过 kubectl debug 加入。
PodSpec.restartPolicy 容器结束后怎么办：Always（总是重启，默认）、OnFailure（出错才重启）、Never（不重启）。
PodSpec.terminationGracePeriodSeconds 优雅终止的秒数，默认 30。从收到删除请求算起，preStop 也算在内；到时还没结束就发送 KILL。
PodSpec.activeDeadlineSeconds Pod 最多运行多少秒，超过就判为失败。
PodSpec.nodeName 直接指定节点，绕过调度器。一般由调度器填写。
PodSpec.nodeSelector 只能调度到带有这些标签的节点；没有合适的节点时一直 Pending。
PodSpec.affinity 亲和性：对节点、对其他 Pod 的要求或偏好。
PodSpec.tolerations 容忍：允许调度到带有相应污点的节点。
PodSpec.topologySpreadConstraints 让同类 Pod 在节点、可用区之间均匀分布。
PodSpec.schedulerName 由哪个调度器负责，默认 default-scheduler。
PodSpec.schedulingGates 调度门：清空之前，调度器不会考虑这个 Pod。
PodSpec.priorityClassName 优先级类的名字。资源不够时，高优先级的 Pod 可以抢占低优先级的。
PodSpec.priority 优先级数值，由 priorityClassName 得出。
PodSpec.preemptionPolicy 能否抢占：PreemptLowerPriority（默认）或 Never。
PodSpec.volumes 卷：Pod 中的容器可以挂载的目录。
PodSpec.serviceAccountName 以哪个 ServiceAccount 的身份运行，默认 default。
PodSpec.serviceAccount serviceAccountName 的旧名，已废弃。
PodSpec.automountServiceAccountToken 是否自动挂载 ServiceAccount 的 token。
PodSpec.imagePullSecrets 从私有仓库拉取镜像用的 Secret。
PodSpec.hostNetwork 使用节点的网络命名空间，默认 false。
PodSpec.hostPID 使用节点的 PID 命名空间，默认 false。
PodSpec.hostIPC 使用节点的 IPC 命名空间，默认 false。
PodSpec.hostUsers 使用节点的用户命名空间，默认 true。
PodSpec.shareProcessNamespace Pod 中的容器共享一个 PID 命名空间，默认 false。
PodSpec.hostname Pod 的主机名，默认就是 Pod 的名字。
PodSpec.subdomain 与同名的 headless Service 一起，给 Pod 一个自己的域名。
PodSpec.hostAliases 写进容器 /etc/hosts 的附加条目。
PodSpec.dnsPolicy DNS 策略：ClusterFirst（默认）、ClusterFirstWithHostNet、Default、None。
PodSpec.dnsConfig 附加的 DNS 设置。
PodSpec.enableServiceLinks 是否把同命名空间的 Service 写进环境变量，默认 true。
PodSpec.securityContext Pod 级的安全设置：用户、组、文件系统组等。
PodSpec.resources Pod 级的资源请求和上限。
PodSpec.readinessGates 除探针外，Pod 就绪还要满足的条件。
PodSpec.runtimeClassName 用哪个 RuntimeClass 运行。
PodSpec.os 容器的操作系统：linux 或 windows。
PodSpec.overhead 运行时本身占用的资源，由 RuntimeClass 得出。
Container.name 容器名，在 Pod 内唯一。
Container.image 镜像，如 nginx:1.27。不写标签就是 latest。
Container.imagePullPolicy 何时拉取镜像：Always、IfNotPresent、Never。标签为 latest 或没有标签时默认 Always，否则默认 IfNotPresent。
Container.command 入口命令，代替镜像的 ENTRYPOINT。不经过 shell。
Container.args 命令的参数，代替镜像的 CMD。
Container.workingDir 工作目录，默认用镜像的设置。
Container.env 环境变量列表。
Container.envFrom 把整个 ConfigMap 或 Secret 作为环境变量。
Container.ports 容器监听的端口。主要是说明，不写也不影响访问。
Container.resources 资源请求（requests，用于调度）和上限（limits）。
Container.volumeMounts 把卷挂载到容器里的哪个路径。
Container.volumeDevices 以块设备方式使用的卷。
Container.livenessProbe 存活探针：失败就重启这个容器。
Container.readinessProbe 就绪探针：失败就不接收 Service 的流量，但不重启。
Container.startupProbe 启动探针：成功之前，另外两种探针不工作。
Container.lifecycle 生命周期钩子：postStart 和 preStop。
Container.restartPolicy 只用于 init 容器：Always 使它成为 sidecar。
Container.securityContext 容器级的安全设置，优先于 Pod 级。
Container.stdin 是否保留标准输入，默认 false。
Container.stdinOnce 第一次断开后关闭标准输入，默认 false。
Container.tty 是否分配终端，默认 false。
Container.terminationMessagePath 容器结束时从这个文件读取说明，默认 /dev/termination-log。
Container.terminationMessagePolicy 结束说明从哪里来：File（默认）或 FallbackToLogsOnError。
Container.resizePolicy 修改资源时是否需要重启容器。
ContainerPort.containerPort 端口号，1 到 65535。
ContainerPort.name 端口名，Service 可以按名字引用。
ContainerPort.protocol 协议：TCP（默认）、UDP、SCTP。
ContainerPort.hostPort 占用节点的端口。同一节点上只能有一个 Pod 占用，一般不需要。
ContainerPort.hostIP 绑定到节点的哪个地址。
EnvVar.name 变量名。
EnvVar.value 变量的值，必须是字符串：数字要加引号。可以用 $(名字) 引用前面的变量。
EnvVar.valueFrom 值的来源，和 value 二选一。
EnvVarSource.configMapKeyRef 取自 ConfigMap 的一个键。
EnvVarSource.secretKeyRef 取自 Secret 的一个键。
EnvVarSource.fieldRef 取自 Pod 自己的字段，如 metadata.name、status.podIP。
EnvVarSource.resourceFieldRef 取自容器的资源请求或上限。
ObjectFieldSelector.fieldPath 字段的路径，如 metadata.name、metadata.labels['app']、status.podIP。
ResourceFieldSelector.resource 哪个资源，如 limits.cpu。
ResourceFieldSelector.containerName 哪个容器；用于卷时必须写。
ResourceFieldSelector.divisor 以什么为单位输出，默认 1。
Probe.exec 在容器里执行命令，退出码 0 为成功。
Probe.httpGet 发送 HTTP GET，状态码 200 到 399 为成功。
Probe.tcpSocket 能连上端口为成功。
Probe.grpc 调用 gRPC 健康检查。
Probe.initialDelaySeconds 容器启动后等多少秒才开始探测，默认 0。
Probe.periodSeconds 每隔多少秒探测一次，默认 10。
Probe.timeoutSeconds 一次探测最多等多少秒，默认 1。
Probe.successThreshold 失败之后，连续成功多少次才算成功，默认 1。
Probe.failureThreshold 连续失败多少次才算失败，默认 3。
Probe.terminationGracePeriodSeconds 探针失败而终止容器时的优雅期，代替 Pod 的设置。
HTTPGetAction.path 请求路径，默认 /。
HTTPGetAction.port 端口号或端口名。
HTTPGetAction.host 主机，默认是 Pod 的 IP。
HTTPGetAction.scheme HTTP（默认）或 HTTPS。
HTTPGetAction.httpHeaders 附加的请求头。
ExecAction.command 要执行的命令，不经过 shell。
TCPSocketAction.port 端口号或端口名。
TCPSocketAction.host 主机，默认是 Pod 的 IP。
GRPCAction.port 端口号。
GRPCAction.service 健康检查请求里的服务名。
Lifecycle.postStart 容器启动后立即执行，与入口命令同时进行。失败会终止容器，再按 restartPolicy 处理。
Lifecycle.preStop 终止容器前执行，用时算在优雅期内。
Lifecycle.stopSignal 终止时发送的信号，默认由镜像决定，否则为 TERM。
LifecycleHandler.exec 在容器里执行命令。
LifecycleHandler.httpGet 发送 HTTP GET。
LifecycleHandler.sleep 等待若干秒。
LifecycleHandler.tcpSocket 已废弃。
SleepAction.seconds 等待的秒数。
ResourceRequirements.requests 至少要有多少资源：调度器据此选择节点。没写时取 limits 的值。
ResourceRequirements.limits 最多能用多少资源：CPU 超出会被限速，内存超出会被 OOM 终止。
VolumeMount.name 卷的名字，和 spec.volumes 中的对应。
VolumeMount.mountPath 挂载到容器里的路径。
VolumeMount.readOnly 只读挂载，默认 false。
VolumeMount.subPath 只挂载卷中的一个子路径。
VolumeMount.mountPropagation 挂载如何传播：None（默认）、HostToContainer、Bidirectional。
Volume.name 卷名，在 Pod 内唯一。
Volume.emptyDir 空目录，和 Pod 同生共死。
Volume.hostPath 节点上的文件或目录。
Volume.configMap 把 ConfigMap 的键变成文件。
Volume.secret 把 Secret 的键变成文件。
Volume.downwardAPI 把 Pod 自己的字段变成文件。
Volume.projected 把几种来源合成一个卷。
Volume.persistentVolumeClaim 使用同命名空间的 PersistentVolumeClaim。
Volume.nfs NFS 共享目录。
Volume.ephemeral 随 Pod 自动创建和删除的 PersistentVolumeClaim。
Volume.csi 由 CSI 驱动提供的临时卷。
Volume.image 把 OCI 镜像的内容作为卷。
EmptyDirVolumeSource.medium 存放在哪里：不写为磁盘，Memory 为内存。
EmptyDirVolumeSource.sizeLimit 大小上限，超过会被驱逐。
HostPathVolumeSource.path 节点上的路径。
HostPathVolumeSource.type 挂载前检查什么，默认不检查。
ConfigMapVolumeSource.name ConfigMap 的名字。
ConfigMapVolumeSource.items 只取其中几个键，并指定文件名。
ConfigMapVolumeSource.optional 不存在也可以启动。
ConfigMapVolumeSource.defaultMode 文件的权限，默认 0644。
SecretVolumeSource.secretName Secret 的名字。
SecretVolumeSource.items 只取其中几个键，并指定文件名。
SecretVolumeSource.optional 不存在也可以启动。
SecretVolumeSource.defaultMode 文件的权限，默认 0644。
PersistentVolumeClaimVolumeSource.claimName PersistentVolumeClaim 的名字。
PersistentVolumeClaimVolumeSource.readOnly 只读。
Affinity.nodeAffinity 对节点标签的要求或偏好。
Affinity.podAffinity 想和某些 Pod 在一起。
Affinity.podAntiAffinity 不想和某些 Pod 在一起。
NodeAffinity.requiredDuringSchedulingIgnoredDuringExecution 硬性要求：不满足就不能调度。运行之后不再检查。
NodeAffinity.preferredDuringSchedulingIgnoredDuringExecution 偏好：满足的节点得分更高。
PodAffinity.requiredDuringSchedulingIgnoredDuringExecution 硬性要求：不满足就不能调度。运行之后不再检查。
PodAffinity.preferredDuringSchedulingIgnoredDuringExecution 偏好：满足的节点得分更高。
PodAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution 硬性要求：不满足就不能调度。运行之后不再检查。
PodAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution 偏好：满足的节点得分更高。
NodeSelectorTerm.matchExpressions 对节点标签的条件，要全部满足。
NodeSelectorRequirement.key 标签的键。
NodeSelectorRequirement.operator 关系：In、NotIn、Exists、DoesNotExist、Gt、Lt。
NodeSelectorRequirement.values 值的列表。Exists 和 DoesNotExist 时为空，Gt 和 Lt 时只有一个数字。
PodAffinityTerm.labelSelector 选择哪些 Pod。
PodAffinityTerm.topologyKey 以节点的哪个标签划分区域，如 kubernetes.io/hostname。
PodAffinityTerm.namespaces 在哪些命名空间里选择。
WeightedPodAffinityTerm.weight 权重，1 到 100。
WeightedPodAffinityTerm.podAffinityTerm 偏好的内容。
Toleration.key 污点的键；为空并且 operator 为 Exists 时匹配所有。
Toleration.operator Equal（默认，键和值都相同）或 Exists（只看键）。
Toleration.value 污点的值。
Toleration.effect 容忍哪种效果：NoSchedule、PreferNoSchedule、NoExecute。不写就是全部。
Toleration.tolerationSeconds 只用于 NoExecute：出现污点后还能留多少秒。
TopologySpreadConstraint.maxSkew 各区域之间最多相差几个 Pod。
TopologySpreadConstraint.topologyKey 以节点的哪个标签划分区域。
TopologySpreadConstraint.whenUnsatisfiable 做不到时：DoNotSchedule（不调度）或 ScheduleAnyway（尽量）。
TopologySpreadConstraint.labelSelector 数哪些 Pod。
TopologySpreadConstraint.minDomains 至少要有几个区域。
LabelSelector.matchLabels 必须有的标签。
LabelSelector.matchExpressions 对标签的条件，要全部满足。
LabelSelectorRequirement.key 标签的键。
LabelSelectorRequirement.operator 关系：In、NotIn、Exists、DoesNotExist。
LabelSelectorRequirement.values 值的列表。
SecurityContext.runAsUser 以哪个用户 ID 运行。
SecurityContext.runAsGroup 以哪个组 ID 运行。
SecurityContext.runAsNonRoot 不允许以 root 运行。
SecurityContext.privileged 特权容器，几乎等于节点上的 root。
SecurityContext.readOnlyRootFilesystem 根文件系统只读。
SecurityContext.allowPrivilegeEscalation 是否允许提升权限。
SecurityContext.capabilities 增加或去掉的 Linux 能力。
PodSecurityContext.runAsUser 以哪个用户 ID 运行。
PodSecurityContext.runAsGroup 以哪个组 ID 运行。
PodSecurityContext.runAsNonRoot 不允许以 root 运行。
PodSecurityContext.fsGroup 卷中文件所属的组。
PodSecurityContext.supplementalGroups 附加的组。
PodSecurityContext.sysctls 内核参数。
PodTemplateSpec.metadata 用模板创建的 Pod 的元数据，标签要和 selector 一致。
PodTemplateSpec.spec 用模板创建的 Pod 的期望状态。
ServiceSpec.selector 把流量转给带有这些标签的 Pod。
ServiceSpec.ports 对外提供的端口。
ServiceSpec.type ClusterIP（默认，集群内）、NodePort（每个节点的端口）、LoadBalancer、ExternalName（别名）。
ServiceSpec.clusterIP 集群内的虚拟 IP，一般自动分配；None 表示 headless。
ServiceSpec.externalName type 为 ExternalName 时指向的域名。
ServiceSpec.sessionAffinity ClientIP 表示同一客户端总到同一个 Pod，默认 None。
ServiceSpec.externalTrafficPolicy 外部流量：Cluster（任意节点转发）或 Local（只到本节点的 Pod，保留来源地址）。
ServiceSpec.internalTrafficPolicy 内部流量：Cluster 或 Local。
ServiceSpec.publishNotReadyAddresses 未就绪的 Pod 也接收流量。
ServicePort.port Service 的端口。
ServicePort.targetPort Pod 的端口号或端口名，默认和 port 相同。
ServicePort.nodePort 节点上的端口，默认自动分配（30000-32767）。
ServicePort.name 端口名；有多个端口时必须写。
ServicePort.protocol 协议：TCP（默认）、UDP、SCTP。
DeploymentSpec.replicas 要几个 Pod，默认 1。
DeploymentSpec.selector 管理哪些 Pod，必须和模板的标签一致，创建后不能修改。
DeploymentSpec.template Pod 的模板。改动它会开始一次滚动更新。
DeploymentSpec.strategy 更新策略。
DeploymentSpec.minReadySeconds 就绪多少秒之后才算可用，默认 0。
DeploymentSpec.revisionHistoryLimit 保留多少个旧的 ReplicaSet 用于回滚，默认 10。
DeploymentSpec.progressDeadlineSeconds 多少秒没有进展就算失败，默认 600。
DeploymentSpec.paused 暂停更新。
DeploymentStrategy.type RollingUpdate（默认，逐步替换）或 Recreate（先全部删除再创建）。
DeploymentStrategy.rollingUpdate 滚动更新的参数。
RollingUpdateDeployment.maxSurge 更新时最多多出几个 Pod，数字或百分比，默认 25%。
RollingUpdateDeployment.maxUnavailable 更新时最多少几个 Pod，数字或百分比，默认 25%。
ReplicaSetSpec.replicas 要几个 Pod，默认 1。
ReplicaSetSpec.selector 管理哪些 Pod，必须和模板的标签一致。
ReplicaSetSpec.template Pod 的模板，只影响新创建的 Pod。
ReplicaSetSpec.minReadySeconds 就绪多少秒之后才算可用，默认 0。
StatefulSetSpec.replicas 要几个 Pod，默认 1。名字带序号，从 0 开始。
StatefulSetSpec.serviceName 给每个 Pod 域名的 headless Service。
StatefulSetSpec.selector 管理哪些 Pod，必须和模板的标签一致。
StatefulSetSpec.template Pod 的模板。
StatefulSetSpec.volumeClaimTemplates 每个 Pod 各有一份的 PersistentVolumeClaim。
StatefulSetSpec.podManagementPolicy OrderedReady（默认，一个个来）或 Parallel（同时）。
StatefulSetSpec.updateStrategy 更新策略：RollingUpdate（默认）或 OnDelete。
DaemonSetSpec.selector 管理哪些 Pod，必须和模板的标签一致。
DaemonSetSpec.template Pod 的模板，每个合适的节点一个。
DaemonSetSpec.updateStrategy 更新策略：RollingUpdate（默认）或 OnDelete。
JobSpec.template Pod 的模板，restartPolicy 只能是 Never 或 OnFailure。
JobSpec.completions 要成功多少次，默认 1。
JobSpec.parallelism 同时运行几个 Pod，默认 1。
JobSpec.backoffLimit 失败多少次后放弃，默认 6。
JobSpec.activeDeadlineSeconds 最多运行多少秒。
JobSpec.ttlSecondsAfterFinished 结束多少秒后自动删除 Job（连同它的 Pod）。
JobSpec.completionMode NonIndexed（默认）或 Indexed（每个 Pod 有自己的序号）。
JobSpec.suspend 暂停，不创建 Pod。
CronJobSpec.schedule 时间表，如 "*/5 * * * *"。
CronJobSpec.timeZone 时区，默认是控制器的时区。
CronJobSpec.concurrencyPolicy 上一个还没结束时：Allow（默认，同时运行）、Forbid（跳过）、Replace（替换）。
CronJobSpec.jobTemplate Job 的模板。
CronJobSpec.startingDeadlineSeconds 错过时间后，多少秒内还可以补上。
CronJobSpec.successfulJobsHistoryLimit 保留几个成功的 Job，默认 3。
CronJobSpec.failedJobsHistoryLimit 保留几个失败的 Job，默认 1。
CronJobSpec.suspend 暂停。
v2.HorizontalPodAutoscalerSpec.scaleTargetRef 伸缩哪个对象，如一个 Deployment。
v2.HorizontalPodAutoscalerSpec.minReplicas 最少几个，默认 1。
v2.HorizontalPodAutoscalerSpec.maxReplicas 最多几个。
v2.HorizontalPodAutoscalerSpec.metrics 按什么指标伸缩。
v2.HorizontalPodAutoscalerSpec.behavior 伸缩的快慢。
PersistentVolumeClaimSpec.accessModes 访问模式：ReadWriteOnce、ReadOnlyMany、ReadWriteMany、ReadWriteOncePod。
PersistentVolumeClaimSpec.resources 要多大：requests.storage。
PersistentVolumeClaimSpec.storageClassName 存储类的名字；空字符串表示只用已有的卷。
PersistentVolumeClaimSpec.volumeName 绑定到哪个卷。
PersistentVolumeClaimSpec.volumeMode Filesystem（默认）或 Block。
PersistentVolumeClaimSpec.selector 按标签选择卷。
PersistentVolumeSpec.capacity 容量：storage。
PersistentVolumeSpec.accessModes 支持的访问模式。
PersistentVolumeSpec.persistentVolumeReclaimPolicy PVC 被删除后：Retain（保留）、Delete（删除）、Recycle（已废弃）。
PersistentVolumeSpec.storageClassName 属于哪个存储类。
PersistentVolumeSpec.hostPath 节点上的目录，只适合单节点试验。
ConfigMap.data 键值对，值是字符串。
ConfigMap.binaryData 键值对，值是 base64 编码的二进制数据。
ConfigMap.immutable 不可修改。
Secret.data 键值对，值要用 base64 编码。
Secret.stringData 键值对，值直接写明文，保存时会编码进 data。
Secret.type 类型，默认 Opaque。
`

/** "Type.field" -> explanation. */
export const fieldsInChinese: ReadonlyMap<string, string> = new Map(
  text
    .trim()
    .split('\n')
    .map((line) => {
      const space = line.indexOf(' ')
      return [line.slice(0, space), line.slice(space + 1)]
    }),
)
