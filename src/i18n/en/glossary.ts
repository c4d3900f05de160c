/**
 * Hover explanations beyond the STATUS words, phases and reasons of words.ts: components, further reasons,
 * conditions of nodes, policies, and the fields of a Pod that one meets (by their path, without indices).
 */
export const glossary = {
  // Components.
  kubectl: 'The command line. A client like any other: everything it does is a request to the API server.',
  'kube-apiserver':
    'The front door. Everybody talks to it and only to it: it checks requests, keeps objects in etcd, and tells watchers of changes. It calls no other component to get work done.',
  etcd: 'The database behind the API server. It keeps every object under a key, each write under a new revision.',
  'kube-scheduler':
    'Finds a node for each pod that has none: filters the nodes that could take it, scores them, and posts a Binding.',
  'kube-controller-manager':
    'Many small loops in one process, each of which compares what should be with what is: ReplicaSet, Deployment, Job, node lifecycle and more.',
  kubelet:
    'The agent on each node. It watches for pods that are bound to its node, has the runtime start and stop their containers, and reports their status.',
  containerd: 'The container runtime. It pulls images and runs containers when the kubelet asks it to through the CRI.',
  CRI: 'Container Runtime Interface: how the kubelet talks to a runtime such as containerd or CRI-O. Docker needed a shim, which was removed in 1.24.',
  CNI: 'Container Network Interface: plug-ins that give a pod its network and its address. The runtime calls them when it makes a sandbox.',
  'kube-proxy':
    "On each node: turns Services into rules of the node's network, so that a Service's address leads to ready pods.",
  registry: 'Where images are kept. Nodes pull from it when they lack an image, or when the policy says so.',
  sandbox:
    'What the containers of a pod share: network namespace, IPC, host name, cgroup. It lives as long as the pod and is held open by the pause container.',
  pause:
    'A tiny container that does nothing. It holds the namespaces of the pod, so that they outlive any one container.',
  'network namespace':
    'One set of addresses, routes and ports. The containers of a pod share it: they reach each other at localhost, and two of them cannot listen on one port.',
  'IPC namespace': 'System V semaphores, message queues and shared memory. The containers of a pod share it.',
  'UTS namespace': 'Where the host name lives. The containers of a pod share it: all of them see the name of the pod.',
  'PID namespace':
    'Which processes one can see and signal. Each container has its own, and its entrypoint is process 1, unless shareProcessNamespace is set.',
  'root file system':
    'The image, and over it a layer of what the container has written. It ends with the container; what must be kept or shared goes into a volume.',
  emptyDir: 'An empty directory, made when the pod comes to its node. It outlives a container that restarts, but not the pod.',
  configMap: 'The keys of a ConfigMap as files. Changes of the object reach the files about a minute later.',
  secret: 'The keys of a Secret as files, kept in memory only.',
  downwardAPI: 'Facts about the pod itself as files: labels, annotations, requests.',
  projected: 'Several sources in one directory. Each pod gets one with its token, the cluster’s certificate and its namespace.',
  hostPath: 'A directory of the node itself: whoever lands there sees what others have left.',
  persistentVolumeClaim: 'Storage that outlives the pod, by way of a claim.',
  ephemeral: 'A claim that is made with the pod and removed with it.',
  csi: 'Storage from a driver on the node.',
  lease: 'A small object that each kubelet renews every ten seconds as a sign of life.',
  PLEG: "Pod Lifecycle Event Generator: once a second the kubelet asks the runtime what runs, and wakes the pod's worker when something differs.",
  // Conditions of a node.
  MemoryPressure:
    'Node condition: memory is running out. BestEffort pods are not scheduled here, and the kubelet begins to evict.',
  DiskPressure:
    'Node condition: disk space or inodes are running out. No new pods are scheduled here, and the kubelet begins to evict.',
  PIDPressure: 'Node condition: process IDs are running out. No new pods are scheduled here.',
  NetworkUnavailable: 'Node condition: the network of the node is not set up.',
  SchedulingDisabled: 'The node is cordoned (spec.unschedulable): no new pods, those that run stay.',
  // Reasons of conditions.
  ContainersNotReady: 'Not all containers of the pod are ready.',
  ContainersNotInitialized: 'Not all init containers have finished.',
  PodCompleted: 'The pod has ended well, so it is not ready any more.',
  PodFailed: 'The pod has ended with an error, so it is not ready any more.',
  NodeStatusUnknown: 'The kubelet has not been heard of; nobody knows how the node is.',
  KubeletReady: 'The kubelet reports that it is well.',
  PreemptionByScheduler: 'The pod has to make room for one with a higher priority.',
  DeletionByTaintManager: 'The pod does not tolerate a NoExecute taint of its node.',
  EvictionByEvictionAPI: 'Somebody asked for the eviction of the pod, for instance kubectl drain.',
  TerminationByKubelet: 'The kubelet ends the pod, for lack of resources or because the node shuts down.',
  // More STATUS words and reasons.
  PostStartHookError: 'The postStart hook failed, and the container was killed for it.',
  ContainerCannotRun: 'The runtime could not run the container.',
  DeadlineExceeded: 'The pod was active for longer than its activeDeadlineSeconds.',
  NodeLost: 'The node has been out of touch for so long that the pod is being deleted.',
  NodeAffinity: "The kubelet refused the pod: its node does not match the pod's node selector or affinity.",
  OutOfcpu: 'The kubelet refused the pod: the node has too little CPU left.',
  OutOfmemory: 'The kubelet refused the pod: the node has too little memory left.',
  OutOfpods: 'The kubelet refused the pod: the node has as many pods as it may have.',
  UnexpectedAdmissionError: 'The kubelet could not admit the pod for a reason of its own.',
  ImageInspectError: 'The image is on the node but could not be read.',
  RegistryUnavailable: 'The image registry does not answer.',
  SignatureValidationFailed: 'The signature of the image is not accepted.',
  // Reasons of events.
  FailedMount: 'Event: a volume could not be mounted; it will be tried again.',
  FailedAttachVolume: 'Event: a volume could not be attached to the node.',
  FailedCreatePodSandBox: 'Event: the runtime could not make the sandbox; it will be tried again.',
  SandboxChanged: 'Event: the sandbox is gone or out of date; a new one is made and all containers start again.',
  ExceededGracePeriod: 'Event: the container did not end within its grace period.',
  InspectFailed: 'Event: the image name cannot be read.',
  TaintManagerEviction: 'Event: the pod is deleted because of a NoExecute taint, or the deletion was called off.',
  NodeNotReady: 'Event: the node of the pod is not ready.',
  NodeReady: 'Event: the node is ready.',
  NodeNotSchedulable: 'Event: the node was cordoned.',
  NodeSchedulable: 'Event: the node takes pods again.',
  EvictionThresholdMet: 'Event: the node is so short of something that the kubelet begins to free it.',
  SuccessfulCreate: 'Event: a controller has created a pod or another object.',
  SuccessfulDelete: 'Event: a controller has deleted a pod or another object.',
  FailedCreate: 'Event: a controller could not create a pod, for instance because of a quota.',
  ScalingReplicaSet: 'Event: a Deployment has changed the size of one of its ReplicaSets.',
  // Quality of service and policies.
  KubeletHasSufficientMemory: 'The kubelet sees enough free memory on its node: the condition MemoryPressure is False.',
  KubeletHasInsufficientMemory:
    'Free memory has fallen below an eviction threshold: the condition MemoryPressure is True, and pods may be evicted.',
  KubeletHasNoDiskPressure:
    'The kubelet sees enough free disk and inodes on its node: the condition DiskPressure is False.',
  KubeletHasDiskPressure:
    'Free disk or inodes have fallen below an eviction threshold: images and dead containers are removed first, then pods are evicted.',
  KubeletHasSufficientPID: 'The kubelet sees enough free process ids on its node: the condition PIDPressure is False.',
  KubeletHasInsufficientPID:
    'Process ids are running out on the node: the condition PIDPressure is True, and pods may be evicted.',
  NodeStatusNeverUpdated: 'The node was registered, but its kubelet has never reported a status.',
  LivenessProbe: 'Which probe it was that asked: liveness.',
  StartupProbe: 'Which probe it was that asked: startup.',
  ProbeWarning:
    'The probe got an answer that is neither a clear yes nor a clear no, such as a redirect to another host. It counts as a success.',
  ReadinessGatesNotReady:
    'All containers are ready, but a condition that the pod lists in readinessGates is not True yet.',
  UnknownContainerStatuses: 'The kubelet has not reported the state of some containers yet.',
  FailedToRetrieveImagePullSecret:
    'A Secret in imagePullSecrets does not exist. The pull is tried without it; a public image still arrives.',
  SchedulerError:
    'Scheduling failed for a reason that is no property of the nodes, such as a request that was not answered. It is tried again.',
  NewReplicaSetAvailable: 'The rollout is complete: the newest ReplicaSet has all its pods available.',
  ReplicaSetUpdated: 'The rollout goes on: a ReplicaSet was scaled.',
  NewReplicaSetCreated: 'The template has changed: a ReplicaSet for the new one was made.',
  FoundNewReplicaSet:
    'A ReplicaSet with just this template is there already, from an earlier revision; it is used again.',
  MinimumReplicasAvailable: 'So many pods are available that the Deployment counts as available.',
  MinimumReplicasUnavailable: 'Fewer pods are available than the Deployment must have.',
  ProgressDeadlineExceeded:
    'The rollout made no progress for progressDeadlineSeconds. Nothing is rolled back by itself.',
  ReplicaSetCreateError: 'The Deployment could not make its ReplicaSet.',
  FailedDelete: 'A controller could not delete one of its objects. It tries again.',
  FailedDaemonPod: 'A pod of the DaemonSet has failed on its node; it is deleted, and another takes its place.',
  SucceededDaemonPod: 'A pod of the DaemonSet has ended, which daemons should not; it is replaced.',
  BackoffLimitExceeded: 'The Job gives up: its pods have failed more often than backoffLimit allows.',
  NoPods: 'No pod fits the selector of the PodDisruptionBudget, so it protects nothing now.',
  UnmanagedPods:
    'Pods without a controller fall under the budget: how many there should be is not known, so a share of them cannot be counted.',
  CalculateExpectedPodCountFailed: 'How many pods there should be is not to be had from their owner. Until it is, nobody may be evicted.',
  SyncFailed: 'The budget could not be worked out; to be safe no pod may be evicted.',
  MultiplePodDisruptionBudgets: 'The pod falls under more than one PodDisruptionBudget, and then it cannot be evicted at all.',
  NotDeleted: 'The eviction of the pod was allowed, but nobody has deleted it; the budget takes it back.',
  SuccessfulUpdate: 'A StatefulSet has put right a pod of its own: its label, or whom its claims belong to.',
  FailedUpdate: 'A StatefulSet could not put right a pod of its own. It tries again.',
  InvalidSchedule: 'The schedule can be read, but its time never comes.',
  FailedGet: 'A Job that is to be replaced could not be read.',
  TooManySucceededPods: 'More pods have succeeded than the Job needs.',
  AmbiguousSelector:
    'More than one autoscaler would size the same pods; none of them does until only one is left.',
  VolumeMismatch:
    'The volume that the claim names is not what the claim asks for.',
  WaitForPodScheduled:
    'The claim waits until the pod that uses it has a node: the volume will be made where that is.',
  ClaimMisbound:
    'Two claims are bound to one volume; this one is not the one the volume names.',
  OwnerRefInvalidNamespace:
    'The object names an owner that lives in another namespace; such an owner does not count, and the object is collected.',
  SawCompletedJob: 'The CronJob has seen that one of its Jobs is over.',
  UnexpectedJob: 'There is a Job that belongs to this CronJob but is not in its list.',
  MissingJob: 'A Job in the list of active ones is no longer there.',
  MissSchedule: 'A run was missed by more than startingDeadlineSeconds, so it is left out.',
  JobAlreadyActive: 'The run before has not ended and concurrencyPolicy is Forbid: this run is left out.',
  TooManyMissedTimes: 'More than a hundred runs were missed; the clock or startingDeadlineSeconds is to blame.',
  UnparseableSchedule: 'The schedule is no cron expression.',
  WaitForFirstConsumer: 'The claim waits for a pod that uses it, so that its volume is made where the pod will run.',
  ProvisioningSucceeded: 'A volume was made for the claim.',
  ProvisioningFailed: 'No volume could be made for the claim.',
  FailedBinding: 'No volume fits the claim, and nobody makes one.',
  ClaimLost: 'The volume that the claim was bound to is gone.',
  DisruptionBudget: 'A PodDisruptionBudget forbids it for now: too few pods would be left.',
  Conflict:
    'The object was changed since it was read (its resourceVersion is another one). Whoever wrote reads again and tries again.',
  Invalid: 'A field of the object breaks a rule; the message says which.',
  Forbidden: 'The request was understood, and refused: by RBAC, or by an admission plug-in.',
  NotFound: 'There is no such object.',
  AlreadyExists: 'There is an object of that name already.',
  BadRequest: 'The request could not be understood.',
  Starting: 'A kubelet begins its work on this node.',
  EnsuringLoadBalancer: 'Event: the cloud is asked for a load balancer for the Service.',
  EnsuredLoadBalancer: 'Event: the load balancer of the Service is there; its address stands in the status.',
  DeletingLoadBalancer: 'Event: the cloud is asked to take the load balancer of the Service away.',
  DeletedLoadBalancer: 'Event: the load balancer of the Service is gone; its finalizer can go too.',
  ExternalTrafficPolicy: 'Event: externalTrafficPolicy of the Service has changed: the load balancer has to learn of it.',
  Type: 'Event: the type of the Service has changed, and with it whether it wants a load balancer.',
  Sync: 'Event: the Ingress controller has seen the Ingress and will look at it in its next round.',
  Rebooted: 'The node has a new boot id: the machine was started anew since the last report.',
  NodeHasSufficientMemory: 'The condition MemoryPressure of the node became False: there is enough free memory.',
  NodeHasInsufficientMemory:
    'The condition MemoryPressure of the node became True: free memory is below an eviction threshold.',
  NodeHasNoDiskPressure: 'The condition DiskPressure of the node became False: there is enough free disk and inodes.',
  NodeHasDiskPressure:
    'The condition DiskPressure of the node became True: free disk or inodes are below an eviction threshold.',
  NodeHasSufficientPID: 'The condition PIDPressure of the node became False: there are enough free process ids.',
  NodeHasInsufficientPID: 'The condition PIDPressure of the node became True: process ids are running out.',
  FailedGetResourceMetric:
    'The autoscaler got no figures of the pods: the metrics server has none yet, or a container has no request.',
  FailedComputeMetricsReplicas:
    'From the figures that there are, the autoscaler could not work out how many pods are needed. It changes nothing.',
  SuccessfulRescale: 'The autoscaler has changed the number of replicas; the message says why.',
  ExternalProvisioning: 'The claim waits for a driver outside of Kubernetes’ own controllers to make its volume.',
  Provisioning: 'A volume is being made for the claim.',
  Guaranteed: 'QoS class: every container has CPU and memory limits equal to its requests. Last to be evicted.',
  Burstable: 'QoS class: some requests or limits, but not enough for Guaranteed.',
  BestEffort: 'QoS class: no requests and no limits at all. First to be evicted.',
  IfNotPresent: 'imagePullPolicy: pull only when the image is not on the node yet. The default, except for :latest.',
  Always:
    'restartPolicy: restart whatever the exit code (the default). imagePullPolicy: ask the registry at every start; the default for :latest and for images without a tag.',
  Never: 'restartPolicy: never restart. imagePullPolicy: never pull; the image must be on the node.',
  OnFailure: 'restartPolicy: restart only after an exit code other than 0.',
  NoSchedule: 'Taint effect: new pods that do not tolerate it stay away; those that run stay.',
  PreferNoSchedule: 'Taint effect: the scheduler avoids the node if it can.',
  NoExecute: 'Taint effect: new pods stay away, and running ones that do not tolerate it are deleted.',
  // Fields.
  'metadata.name': 'Unique among objects of its kind in its namespace. It cannot be changed.',
  'metadata.namespace': 'A room for names, quotas and rights. It separates no networks.',
  'metadata.uid': 'Unique over all time: a pod that is deleted and created again has another one.',
  'metadata.resourceVersion':
    'The revision in which etcd stored this version. Writes that come with an old one are refused (409 Conflict).',
  'metadata.generation': 'Counts the changes of the spec.',
  'metadata.labels': 'A map of keys and values by which selectors find objects.',
  'metadata.annotations': 'A map of notes for tools and people; nothing selects by them.',
  'metadata.ownerReferences': 'Who made this object. When the owner goes, the garbage collector deletes what it owned.',
  'metadata.finalizers': 'While there is one, a deleted object stays.',
  'metadata.creationTimestamp': 'When the object was stored; AGE counts from here.',
  'metadata.deletionTimestamp':
    'Set when the deletion was asked for: that moment plus the grace period. What has it is Terminating and cannot be saved.',
  'metadata.deletionGracePeriodSeconds':
    'The grace period of the present deletion; 0 means that the object may go now.',
  'spec.nodeName':
    "The node of the pod, normally written by the scheduler's Binding. Written by hand it by-passes the scheduler.",
  'spec.nodeSelector': 'Labels that a node must have. No such node: the pod stays Pending.',
  'spec.affinity':
    'Rules about nodes and other pods. "required..." must hold, "preferred..." only counts in the score; both are looked at during scheduling only.',
  'spec.tolerations':
    'Taints that do not keep this pod away. Two are added to every pod: 300 s for not-ready and unreachable nodes.',
  'spec.topologySpreadConstraints': 'How evenly pods with the same labels shall lie over nodes or zones.',
  'spec.schedulerName': 'Which scheduler is responsible.',
  'spec.schedulingGates': 'While there is one, the scheduler does not look at the pod.',
  'spec.priorityClassName': 'A class of priority; pods of higher priority may displace others.',
  'spec.restartPolicy':
    'What the kubelet does when a container ends: Always, OnFailure or Never. A pod is never moved to another node for it.',
  'spec.terminationGracePeriodSeconds':
    'How long the containers have between the beginning of the deletion and KILL; 30 by default. The preStop hook is part of it.',
  'spec.activeDeadlineSeconds': 'After this time the pod is made to fail.',
  'spec.serviceAccountName': 'As whom the pod speaks to the API server; "default" when left out.',
  'spec.hostNetwork': "Use the node's network instead of one of the pod's own.",
  'spec.shareProcessNamespace': "Let the containers of the pod see each other's processes; pause is process 1 then.",
  'spec.initContainers':
    'Run before the containers, one after another, each to its end. With restartPolicy Always: a sidecar, which stays.',
  'spec.containers': 'What runs. They are started in this order, one after the other, and share network and volumes.',
  'spec.containers.name': 'Name of the container within the pod.',
  'spec.containers.image': 'The image reference. Without a registry: Docker Hub; without a tag: latest.',
  'spec.containers.imagePullPolicy': 'When to ask the registry: Always, IfNotPresent or Never.',
  'spec.containers.command': "Replaces the image's entrypoint. It is no shell: variables and pipes need sh -c.",
  'spec.containers.args': "Replaces the image's cmd.",
  'spec.containers.ports': 'Mostly for information: a port is open when a process listens on it, named here or not.',
  'spec.containers.env':
    'Variables for the processes; from values, ConfigMaps, Secrets or fields of the pod. Set at the start, never updated.',
  'spec.containers.resources.requests': 'What the scheduler sets aside on the node. Not a limit, and not what is used.',
  'spec.containers.resources.limits':
    'The most that may be used: more CPU is throttled, more memory is killed (OOMKilled).',
  'spec.containers.livenessProbe': 'Fails: the container is killed and restarted.',
  'spec.containers.readinessProbe': 'Fails: no traffic, but no restart either.',
  'spec.containers.startupProbe':
    'Until it succeeds the two other probes wait. Fails: the container is killed and restarted.',
  'spec.containers.lifecycle.postStart':
    'Runs right after the start, beside the main process. Fails: the container is killed.',
  'spec.containers.lifecycle.preStop': 'Runs before the stop signal, within the grace period.',
  'spec.containers.volumeMounts': "Where the volumes appear in the container's file system.",
  'spec.volumes': 'Directories that the containers can share: emptyDir, ConfigMap, Secret, claims and others.',
  'status.phase':
    'A summary in five words: Pending, Running, Succeeded, Failed, Unknown. Not what kubectl shows as STATUS.',
  'status.conditions':
    'Statements about the pod, each True, False or Unknown: PodScheduled, Initialized, ContainersReady, Ready and more.',
  'status.containerStatuses':
    'State of each container: waiting, running or terminated; with restart count and the state before.',
  'status.containerStatuses.restartCount': 'How often the container was started again in this pod.',
  'status.containerStatuses.lastState': 'How the run before ended.',
  'status.podIP': 'The address of the pod, from the CNI plug-in. Another sandbox, another address.',
  'status.hostIP': "The address of the pod's node.",
  'status.qosClass': 'Guaranteed, Burstable or BestEffort, from requests and limits.',
  'status.startTime': 'When the kubelet took the pod on, before images were pulled.',
  'status.nominatedNodeName': 'Where preemption is making room for this pod. No promise.',
  'status.observedGeneration': 'The generation of the spec that this status is about.',
  'status.reason': 'Why the pod is in its phase, in a word, such as Evicted.',
}
