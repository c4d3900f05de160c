/**
 * The line under the stage: for each kind of step one sentence that says what happened and why
 * (src/stage/caption/narrate.ts chooses it and fills in names and numbers), and under `more` the
 * background of each milestone, with what many notes tell differently.
 */
export const narration = {
  /** Begins a sentence. */
  Who: {
    kubectl: 'kubectl',
    person: 'Somebody',
    apiserver: 'The API server',
    etcd: 'etcd',
    scheduler: 'The scheduler',
    kubelet: 'The kubelet on {{node}}',
    runtime: 'containerd on {{node}}',
    proxy: 'kube-proxy on {{node}}',
    controller: 'The {{name}} controller',
    controllers: 'The controller manager',
    cloud: 'The cloud',
    registry: 'The image registry',
    object: '{{object}}',
    address: '{{address}}',
    outside: 'A client outside of the cluster',
    dns: "The cluster's DNS",
    other: '{{name}}',
  },
  /** Within a sentence. */
  who: {
    kubectl: 'kubectl',
    person: 'somebody',
    apiserver: 'the API server',
    etcd: 'etcd',
    scheduler: 'the scheduler',
    kubelet: 'the kubelet on {{node}}',
    runtime: 'containerd on {{node}}',
    proxy: 'kube-proxy on {{node}}',
    controller: 'the {{name}} controller',
    controllers: 'the controller manager',
    cloud: 'the cloud',
    registry: 'the image registry',
    object: '{{object}}',
    address: '{{address}}',
    outside: 'a client outside of the cluster',
    dns: "the cluster's DNS",
    other: '{{name}}',
  },
  word: {
    separator: ', ',
    anObject: 'an object',
    eventAbout: 'an Event about {{name}}',
    all: 'all {{resource}}',
    allIn: '{{resource}} in {{namespace}}',
    milliseconds: '{{n}} ms',
    seconds: '{{n}} s',
    minutes: '{{n}} min',
    minutesSeconds: '{{m}} min {{s}} s',
  },
  input: {
    command: 'Somebody types: kubectl {{line}}',
    shell: 'Somebody types: {{line}}',
    fault: 'From outside: {{fault}}.',
    request: 'A request from outside reaches the cluster.',
    load: 'From outside of the cluster, requests for {{url}} begin: {{perSecond}} a second.',
    loadFrom: 'From now on {{pod}} asks for {{url}} {{perSecond}} times a second.',
    loadEnds: 'The requests of load {{name}} end.',
    said: 'The narrator has the floor.',
    other: 'Something is done from outside.',
  },
  fault: {
    'kubelet-stop': 'the kubelet on {{node}} is stopped',
    'node-stop': '{{node}} is switched off',
    'node-partition': '{{node}} is cut off from the network',
    'node-pressure': '{{node}} runs short of {{signal}}',
    'runtime-stop': 'the container runtime on {{node}} is stopped',
    'network-stop': 'the network plugin on {{node}} is gone',
    'registry-down': 'the image registry does not answer',
    'registry-slow': 'the image registry is slow',
    'apiserver-stop': 'the API server is stopped',
    'etcd-stop': 'etcd is stopped',
    'scheduler-stop': 'the scheduler is stopped',
    'controller-stop': 'controllers are stopped',
    'kill-process': 'the process of container {{container}} in {{pod}} is killed',
    'probe-corrupt': 'the probes of container {{container}} in {{pod}} are made to fail',
    'static-pod': 'the manifest {{file}} is put under /etc/kubernetes/manifests of {{node}}',
    'node-shutdown': '{{node}} is told to shut down',
  },
  restored: {
    'kubelet-stop': 'the kubelet on {{node}} runs again',
    'node-stop': '{{node}} is switched on again',
    'node-partition': '{{node}} is back on the network',
    'node-pressure': '{{node}} has enough {{signal}} again',
    'runtime-stop': 'the container runtime on {{node}} runs again',
    'network-stop': 'the network plugin on {{node}} is back',
    'registry-down': 'the image registry answers again',
    'registry-slow': 'the image registry is as fast as before',
    'apiserver-stop': 'the API server runs again',
    'etcd-stop': 'etcd runs again',
    'scheduler-stop': 'the scheduler runs again',
    'controller-stop': 'the controllers run again',
    'kill-process': 'the process of container {{container}} in {{pod}} is left alone',
    'probe-corrupt': 'the probes of container {{container}} in {{pod}} are as they were',
    'static-pod': 'the manifest {{file}} is taken away from {{node}}',
    'node-shutdown': '{{node}} is not to shut down, or is switched on again',
  },
  request: {
    scrape: '{{Who}} asks the kubelet of {{name}} how much processor time and memory its containers use just now.',
    createPod: '{{Who}} sends {{object}} to the API server: what we want, as JSON, not how to do it.',
    create: '{{Who}} asks the API server to create {{object}}.',
    bind: '{{Who}} posts a Binding to the API server: {{object}} shall run on {{node}}.',
    bindSomewhere: '{{Who}} posts a Binding to the API server: {{object}} shall run on the node it has chosen.',
    event: '{{Who}} has something to tell and posts an Event.',
    eventAgain: '{{Who}} has the same to tell again, and counts up an Event that is there already.',
    lease: '{{Who}} renews its lease: a sign of life.',
    podStatus: '{{Who}} reports how {{object}} is doing.',
    nodeStatus: '{{Who}} reports how its node is doing.',
    status: '{{Who}} writes down the status of {{object}}.',
    token: '{{Who}} fetches a token of the service account {{name}}, which the pod will find in a volume.',
    eviction: '{{Who}} asks for the eviction of {{object}}.',
    scale: '{{Who}} asks for another number of replicas of {{object}}.',
    delete: '{{Who}} asks the API server to delete {{object}}.',
    deleteNow:
      '{{Who}} has cleaned up behind {{object}} and asks the API server to remove it for good, with grace period 0.',
    deleteMany: '{{Who}} asks the API server to delete {{object}}.',
    patch: '{{Who}} asks the API server to change {{object}}.',
    get: '{{Who}} asks the API server for {{object}}.',
    list: '{{Who}} asks the API server for {{object}}.',
    watch: '{{Who}} opens a watch: from now on it is told of every change of {{object}}.',
    log: '{{Who}} asks for the log of {{object}}.',
    exec: '{{Who}} wants to run a command in {{object}}.',
    attach: '{{Who}} wants to attach itself to {{object}}.',
    portforward: '{{Who}} wants a port forwarded to {{object}}.',
    debug: '{{Who}} asks for an ephemeral container in {{object}}: a guest in a pod that runs already.',
    resize: '{{Who}} asks for other resources for {{object}}, which goes on running.',
    other: '{{Who}} sends the API server a request: {{verb}} {{object}}.',
    dial: '{{Who}} tries to reach the API server about {{object}}.',
  },
  proxied: {
    request: 'The API server passes the request on to {{who}}: what happens inside {{object}} is known only there.',
    answer: '{{Who}} answers.',
  },
  response: {
    created: 'The API server answers {{who}}: 201 Created. {{object}} is on record, but nothing runs yet.',
    ready: 'The API server answers {{who}}: 200 OK. The report has arrived, and {{object}} counts as ready.',
    removed: 'The API server answers {{who}}: 200 OK. {{object}} is gone.',
    deleting: 'The API server answers {{who}}: 200 OK. {{object}} is marked; the work begins elsewhere.',
    ok: 'The API server answers {{who}}: {{code}} {{phrase}} for {{object}}.',
    refused: 'The API server answers {{who}}: {{code}} {{phrase}} for {{object}}.',
    stream: 'The API server keeps the connection to {{who}} open and will send every change of {{object}}.',
  },
  check: {
    authenticated: 'Who is asking? The API server recognises {{user}}.',
    anonymous: 'Who is asking? The API server does not know the sender and treats it as {{user}}.',
    unauthenticated: 'Who is asking? The API server does not accept the token: 401 Unauthorized.',
    authorized: 'May it? Yes: {{user}} is allowed to {{verb}} {{resource}}.',
    forbidden: 'May it? No: {{user}} is not allowed to {{verb}} {{resource}}, so the request ends here with 403.',
    mutated: 'Mutating admission fills in what {{object}} left out.',
    mutatedPod:
      "Mutating admission fills in what {{object}} left out: its service account, a volume with the account's token, tolerations of 300 s for a lost node.",
    notMutated: 'Mutating admission looks at {{object}} and has nothing to add.',
    validated: 'The API server checks {{object}} field by field: it is valid.',
    invalid: 'The API server finds a fault in {{object}} and refuses it: {{message}}',
    notUnderstood: 'The API server cannot read the request: {{message}}',
    admitted: 'Validating admission has no objection to {{object}}.',
    notAdmitted: 'The admission plug-in {{plugin}} refuses {{object}}: {{message}}',
    marked: 'The API server does not delete {{object}} yet: it sets a deletionTimestamp, {{grace}} from now.',
    markedNow: 'The API server may remove {{object}} at once: no grace period is needed.',
  },
  write: {
    podCreated: 'etcd stores {{object}} as revision {{revision}}: phase Pending, and no node yet.',
    podCreatedOn:
      'etcd stores {{object}} as revision {{revision}}: it names {{node}} itself, so the scheduler has no part in it.',
    created: '{{Who}} has created {{object}}: etcd stores it as revision {{revision}}.',
    bound: 'etcd stores the binding: {{object}} belongs to {{node}} from now on.',
    podMarked:
      'etcd stores the mark: {{object}} is Terminating and has {{grace}} to end. Nothing has been stopped yet.',
    marked: 'etcd stores the mark: {{object}} is being deleted.',
    markedWaits:
      'etcd stores the mark: {{object}} is being deleted, but it stays until the finalizer {{finalizer}} is taken away.',
    podRemoved: 'etcd removes {{object}}: its containers have ended and the node is tidy. The name is free again.',
    podRemovedUnscheduled: 'etcd removes {{object}} at once: it never had a node, so there is nothing to stop.',
    podRemovedEnded: 'etcd removes {{object}} at once: it had ended already ({{phase}}), so there is nothing to stop.',
    podRemovedForced: 'etcd removes {{object}} at once, by force: its containers on {{node}} do not know it yet.',
    removed: 'etcd removes {{object}}.',
    changed: '{{Who}} has changed {{object}}: {{fields}}.',
    unchanged: '{{Who}} has sent {{object}} again; nothing in it differs, so etcd has nothing to store.',
    event: '{{Who}} notes for {{object}}: {{reason}}. {{message}}',
    eventAgain: '{{Who}} notes for {{object}} once more ({{count}} times now): {{reason}}. {{message}}',
    lease: '{{Who}} has renewed its lease.',
    token: 'The API server issues a token of the service account {{name}}, bound to the life of the pod.',
    nodeStatus: '{{Who}} has reported the state of {{object}}.',
    nodeCondition: '{{object}}: the condition {{condition}} is {{status}} now ({{reason}}).',
    status: '{{Who}} has updated the status of {{object}}.',
    refused: 'Refused with {{code}} {{reason}}: {{message}}',
    conflict:
      'Refused with 409 Conflict: {{object}} has changed since {{who}} read it. Nothing is lost, it will read again and retry.',
    other: '{{Who}}: {{verb}} {{object}} is stored as revision {{revision}}.',
  },
  status: {
    accepted: '{{Who}} has taken on {{object}}. Waiting to be created: {{containers}}.',
    running: '{{object}} is Running: READY {{ready}}/{{total}}, address {{ip}}.',
    succeeded: '{{object}} has Succeeded: all its containers ended with exit code 0, and none will be restarted.',
    failed: '{{object}} has Failed: all its containers have ended, not all of them well, and none will be restarted.',
    failedBecause: '{{object}} has Failed: {{reason}}. {{message}}',
    ended: 'Container {{container}} of {{object}} has ended with exit code {{exitCode}}: {{reason}}.',
    initDone: 'Init container {{container}} of {{object}} has done its work; {{done}} of {{total}} have finished.',
    crashLoop:
      'CrashLoopBackOff: container {{container}} of {{object}} keeps ending, so the kubelet waits {{wait}} before it starts it again.',
    pullBackOff:
      'ImagePullBackOff: the image of container {{container}} of {{object}} could not be pulled; the kubelet waits before it tries again.',
    pullError: 'ErrImagePull: the image of container {{container}} of {{object}} could not be pulled.',
    waiting: 'Container {{container}} of {{object}} waits: {{reason}}.',
    runs: 'Container {{container}} of {{object}} runs.',
    restarted: 'Container {{container}} of {{object}} runs again; that was restart number {{count}}.',
    started: 'Container {{container}} of {{object}} has started: its startup probe has succeeded.',
    ready: '{{object}} is Ready: it may get traffic.',
    unready: '{{object}} is not Ready any more ({{reason}}): it gets no new traffic.',
    condition: '{{object}}: the condition {{condition}} is {{status}} now.',
    observed: '{{Who}} confirms that it has seen generation {{generation}} of {{object}}.',
    same: '{{Who}} has written the status of {{object}}.',
  },
  watch: {
    schedulerSees: 'Through its watch the scheduler learns of {{object}}: no node yet, so it goes into the queue.',
    kubeletSees: 'Through its watch {{who}} learns that {{object}} is now its own.',
    kubeletSeesEnd: 'Through its watch {{who}} learns that {{object}} shall end, within {{grace}}.',
    kubeletSeesForced:
      'Through its watch {{who}} learns that {{object}} was removed by force, and stops what still runs.',
    told: '{{Who}} is told at the same moment as all the others: {{object}} is Terminating.',
    added: 'The watch tells {{who}}: {{object}} is new.',
    modified: 'The watch tells {{who}}: {{object}} has changed.',
    deleted: 'The watch tells {{who}}: {{object}} is gone.',
    left: 'The watch tells {{who}}: {{object}} does not concern it any more.',
    other: 'The watch brings {{who}} news of {{object}}.',
  },
  schedule: {
    filterAll: 'Filter: all {{total}} nodes could take {{object}}.',
    filterSome: 'Filter: {{feasible}} of {{total}} nodes could take {{object}}. Ruled out: {{rejected}}.',
    filterNone: 'Filter: none of the {{total}} nodes can take {{object}}. {{rejected}}.',
    filter: 'Filter: the scheduler looks for the nodes that could take {{object}}.',
    rejected: '{{node}} ({{reason}})',
    score: 'Score: {{node}} wins {{object}} with {{score}} points; next comes {{second}} with {{secondScore}}.',
    scoreTie: 'Score: {{node}} and {{second}} are level with {{score}} points; chance gives {{object}} to {{node}}.',
    scoreOnly: 'Only {{node}} is left for {{object}}, so there is nothing to score.',
    scoreAny: 'Score: {{node}} suits {{object}} best.',
    unschedulable: 'No node for {{object}}: {{message}} It waits until something changes that could help.',
    preempt: 'No node is free for {{object}}, but on {{node}} pods of lower priority can make room: {{victims}}.',
    failed: 'Scheduling {{object}} went wrong and will be tried again: {{message}}',
    requeued: "{{object}} gets another chance, because {{why}}: it goes back into the scheduler's queue.",
    requeuedLater: '{{object}} gets another chance, because {{why}}, but not before its back-off has run out.',
    other: 'The scheduler works on {{object}}.',
  },
  /** What gives a pod another chance. */
  wake: {
    AssignedPodAdd: 'a pod has been placed',
    AssignedPodDelete: 'a pod has left its node',
    NodeAdd: 'a node has come',
    NodeDelete: 'a node has gone',
    NodeAllocatableChange: 'a node has more to give',
    NodeLabelChange: 'the labels of a node have changed',
    NodeTaintChange: 'the taints of a node have changed',
    NodeConditionChange: 'the condition of a node has changed',
    gates: 'its gates have been taken away',
    UnschedulableTimeout: 'five minutes have passed',
    other: 'something has changed that could help ({{event}})',
  },
  runtime: {
    sandbox:
      '{{Who}} asks containerd for a sandbox for {{object}}: the pause container, which holds the network of the pod.',
    sandboxAgain:
      '{{Who}} asks containerd for a new sandbox for {{object}}, as the old one is gone (attempt {{attempt}}).',
    sandboxReady: 'The sandbox of {{object}} stands; the CNI plug-in has given it the address {{ip}}.',
    sandboxStopped:
      '{{Who}} takes the sandbox of {{object}} down: the pause container ends and its address is free again.',
    volumes: '{{Who}} has made the volumes of {{object}} ready: {{volumes}}.',
    pull: '{{Who}} asks the registry for {{image}}, the image of container {{container}}.',
    pulled: '{{image}} has arrived ({{size}}) and stays on the node for the next one who needs it.',
    imageRemoved: '{{Who}} removes the image {{image}}, which no container uses, to free {{size}} of the disk.',
    pullFailed: 'The registry has no {{image}} for {{who}}: the pull for container {{container}} failed.',
    created:
      "{{Who}} has created container {{container}} of {{object}}: its files, its limits, and the pod's namespaces joined.",
    started: 'Container {{container}} of {{object}} starts: its process number 1 is running.',
    restarted: 'Container {{container}} of {{object}} starts again, attempt {{attempt}}; the pod stays the same.',
    postStart: '{{Who}} runs the postStart hook of container {{container}} ({{handler}}), beside its main process.',
    postStartDone: 'The postStart hook of container {{container}} has ended well.',
    postStartFailed: 'The postStart hook of container {{container}} failed: {{failure}}. The container will be killed.',
    preStop:
      '{{Who}} runs the preStop hook of container {{container}} ({{handler}}); the grace period is running meanwhile.',
    preStopDone: 'The preStop hook of container {{container}} has ended; now comes the stop signal.',
    preStopFailed:
      'The preStop hook of container {{container}} failed: {{failure}}. The container is stopped all the same.',
    preStopGivenUp:
      'The preStop hook of container {{container}} was cut off: it wanted more time than the grace period had.',
    term: '{{Who}} sends {{signal}} to process 1 of container {{container}}: please end.',
    kill: '{{Who}} sends KILL to container {{container}}: it still ran when its time was up.',
    signal: '{{Who}} sends {{signal}} to process 1 of container {{container}}.',
    wait: '{{Who}} waits for container {{container}} of {{object}} to end, for {{grace}} at most.',
    exitedWell: 'Container {{container}} of {{object}} has ended by itself, with exit code 0.',
    exited: 'Container {{container}} of {{object}} has ended with exit code {{exitCode}}.',
    exitedInTime: 'Container {{container}} of {{object}} has ended in time, with exit code {{exitCode}}.',
    killed:
      'Container {{container}} of {{object}} has been killed: exit code {{exitCode}}, 128 + the number of the signal.',
    oom: 'Container {{container}} of {{object}} wanted more memory than its limit: the kernel killed it (exit code {{exitCode}}).',
    cleanUp: '{{Who}} tidies up behind {{object}}.',
    manifestRefused: '{{Who}} finds no pod in {{file}} ({{message}}). It says so in its own log only.',
    podEnds: '{{Who}} ends {{object}} by itself ({{reason}}), nobody has deleted it: {{message}}',
    probeOk: 'The {{probe}} probe of container {{container}} succeeds.',
    probeFailed: 'The {{probe}} probe of container {{container}} fails: {{message}}',
    probeUnknown: 'The {{probe}} probe of container {{container}} has no result.',
    running: '{{Who}} sees that the containers of {{object}} run.',
    other: '{{Who}} works on {{object}}.',
  },
  network: {
    request: '{{Who}} sends a request to {{to}}.',
    answer: '{{Who}} answers {{to}}.',
    output: '{{Who}} passes on what a container prints.',
    input: '{{Who}} passes on what is sent to a container.',
    other: '{{Who}} talks to {{to}}.',
    resolved: "{{Who}} asks the cluster's DNS for {{name}}: {{addresses}}.",
    unresolved: "{{Who}} asks the cluster's DNS for {{name}}: nobody has that name.",
    alias: "{{Who}} asks the cluster's DNS for {{name}}: it stands for {{alias}}, outside of the cluster.",
    sent: '{{Who}} sends {{request}} to {{address}}.',
    routed: 'The rules on the node turn {{who}} into one of its ready endpoints: on to {{to}} ({{address}}).',
    answered: '{{Who}} answers {{to}}: {{status}}, after {{took}}.',
    refused: '{{To}} is refused: at the address of {{url}} nobody takes connections.',
    timeout: '{{To}} has waited in vain for an answer from {{url}} and gives up.',
    unreachable: '{{To}} learns that there is no way to {{url}}: the address belongs to nobody any more.',
    reset: '{{To}} loses its connection: the process that was to answer {{url}} has ended.',
    failed: '{{To}} gets no answer from {{url}}.',
    rulesAdded: '{{Who}} writes its rules anew: requests to {{object}} can reach {{added}} now.',
    rulesRemoved: '{{Who}} writes its rules anew: new requests to {{object}} no longer go to {{removed}}.',
    rulesChanged: '{{Who}} writes its rules anew for {{object}}: {{added}} instead of {{removed}}.',
    rulesEmpty: '{{Who}} writes rules for {{object}}: it has no ready endpoint yet, so requests are refused.',
    rules: '{{Who}} writes its rules for {{object}} anew; it still has {{count}} endpoints.',
    rulesGone: '{{Who}} takes the rules of {{object}} away.',
  },
  decision: {
    other: '{{Who}} decides about {{object}}.',
  },
  more: {
    create: {
      submit:
        'kubectl reads the manifest, finds out which resource it means, and sends a POST. With `apply` it asks first whether the object is there already. Any client could do the same: only the API server is ever talked to, by everybody.',
      authenticate:
        'By client certificate, token or another method. Nothing is looked up in the pod yet; a request without credentials becomes the user system:anonymous.',
      authorize:
        'Usually RBAC: is there a Role or ClusterRole, bound to this user or one of the groups, that allows this verb on this resource in this namespace? There is no "deny" rule; what nobody allows is forbidden.',
      admit:
        'Many drawings put admission beside etcd. It is a gate before it: first the mutating plug-ins, then validation, then the validating ones. ServiceAccount, DefaultTolerationSeconds, Priority, LimitRanger and webhooks work here.',
      validate:
        'Types, required fields, formats, cross-checks. Unknown fields were dropped or refused when the request was decoded. Then validating admission (quotas, Pod Security) has the last word.',
      store:
        'Some notes say that the status is empty now. It is not: phase Pending and the QoS class are set on create. etcd keeps every revision for a while, and from this one every watch can go on.',
      acknowledge:
        'kubectl is done here and prints "created". That only means that the wish is stored. Whatever follows happens without kubectl.',
      'scheduler-sees':
        'The API server calls nobody. The scheduler keeps a watch open and takes every pod without spec.nodeName that names it as its scheduler.',
      filter:
        'Once called predicates. Each plug-in may rule a node out: too few resources by requests (not by use), taints, node selector and affinity, ports, volumes, spread. Affinity with "required..." is hard and decided here; "preferred..." only counts in the score. In a large cluster the scheduler stops looking once it has found enough.',
      score:
        'Once called priorities. Each plug-in gives a node 0 to 100 points, times its weight. With equal sums chance decides.',
      bind: 'The scheduler does not change the pod itself: it posts a Binding, and the API server sets spec.nodeName. spec.nodeName cannot be changed again; a pod never moves.',
      'bind-store':
        'With the binding comes the condition PodScheduled=True. The pod is still Pending: that word covers pulling and initialising too.',
      'kubelet-sees':
        'Some notes say that the kubelet asks again and again. It holds a watch on the pods with its own spec.nodeName. Locally it looks at the runtime once a second (PLEG).',
      sandbox:
        "Not after the init containers, as some notes have it, but before any container. pause holds the network, IPC and UTS namespaces open (the PID namespace only with shareProcessNamespace); it judges nobody's health. The runtime calls the CNI plug-in, not the kubelet. Condition: PodReadyToStartContainers.",
      volumes:
        'emptyDir is made, ConfigMaps, Secrets and tokens are written, claims are attached and mounted, all before the first container starts. What cannot be mounted keeps the pod in ContainerCreating.',
      pull: 'IfNotPresent asks the registry only when the image is missing on the node; Always asks for the digest at every start but downloads only what is missing; Never asks nobody. Always is the default only for :latest or no tag. Docker has no part in it since 1.24: the kubelet speaks CRI to containerd or CRI-O.',
      init: 'Init containers run one after another, each to its end, before the app containers. A failing one is tried again with back-off, except with restartPolicy Never, which makes the pod fail. An init container with restartPolicy Always is a sidecar: it starts here and stays.',
      containers:
        'Not in parallel, as many notes say: one after the other in the order of the spec - pull, create, start, postStart. A slow pull or hook holds up those that follow.',
      'post-start':
        'postStart runs beside the main process, with no promise of an order between the two. Until it has ended the container counts as waiting. If it fails, the container is killed and the restart policy applies.',
      status:
        'The kubelet writes the status subresource only, as a patch of what differs. It compares on every sync what the runtime shows with what it has told last.',
      running:
        "Running means: bound, all containers created, at least one runs or is starting or restarting. Whether the program is well is another question. The word comes up to a second after the start, with the kubelet's next look at the runtime.",
      ready:
        'Ready is a condition, not a phase: all containers are ready and all readiness gates are True. Without a readiness probe a running container is ready at once.',
      endpoints:
        'The EndpointSlice controller watches pods and Services and writes the address down whether the pod is ready or not, with ready=true or false. Only ready ones get traffic.',
    },
    terminate: {
      delete: 'DELETE is a wish as well. For a pod that runs it begins a process that the kubelet carries out.',
      mark: 'Terminating is no phase: it is how kubectl shows that metadata.deletionTimestamp is set. The phase goes on being Running. The grace period comes from --grace-period, else from the pod, 30 s by default. A pod without a node, or one that has ended, is removed here at once.',
      store: 'From now on the clock runs, and it cannot be stopped: a deletion cannot be taken back.',
      told: 'Drawings show the steps of termination one below the other. In truth this one write tells everybody at once: the kubelet stops containers while the EndpointSlice controller and every kube-proxy are still taking the address out. That race is what a preStop sleep is for.',
      'kubelet-sees':
        'If a pull, a start or a hook of this pod is under way, it is finished first; then the full grace period begins. The kubelet kills all containers of the pod side by side.',
      'pre-stop':
        'The hook spends the grace period, it does not extend it. Many notes say that an overrun repeats the sequence with 2 s more; what happens is that the hook is given up at the end of the grace period and at least 2 s lie between the stop signal and KILL. Handlers: exec, httpGet, sleep. The exit code of the hook does not decide how the container ends.',
      term: 'The signal is TERM unless the image asks for another one (STOPSIGNAL; nginx wants QUIT). It goes to process 1 only. A program that runs as process 1 and has no handler never notices: the kernel drops the signal.',
      wait: 'Readiness probes go on while the pod terminates; liveness and startup probes have stopped. A second delete with a shorter grace period does not shorten a stop that is under way.',
      exited: 'The exit code says how it went: 0 well, 143 = 128 + 15 ended by TERM, 137 = 128 + 9 ended by KILL.',
      kill: 'KILL does not always follow, only for what still runs. It cannot be caught or ignored.',
      'clean-up':
        'Sandbox, address, emptyDir volumes and, with the object, the logs. What lies on persistent volumes stays.',
      'grace-zero':
        'Since 1.27 the pod first becomes Succeeded or Failed. Only then the kubelet deletes the object with grace period 0; nobody else may be that sure.',
      removed:
        'There is no `kubectl get pods --show-deleted`. A watch (-w --output-watch-events) shows the deletion, events remain for an hour, and Podreel keeps the whole film.',
      endpoints:
        'Not simply removed: the EndpointSlice first keeps the address with ready=false, serving and terminating=true, so that a proxy can fall back to it when no other is left.',
    },
    topic: {
      evicted:
        'The object stays, with the phase Failed and the reason; what it used is given back. A controller makes another one, elsewhere; nobody moves this one.',
      nodeName:
        'Many notes treat spec.nodeName and nodeSelector alike. nodeName by-passes the scheduler: nobody checks whether the pod fits, the kubelet may refuse it, and if there is no such node the pod is deleted after a while. A nodeSelector that matches nothing leaves the pod Pending, with FailedScheduling.',
      atOnce:
        'Often told: the kubelet ends a Pending pod. It does so only when the pod is bound. A pod without a node, or one that has already Succeeded or Failed, is removed by the API server itself: no grace period, no signal.',
      restart:
        'restartPolicy is a field of the pod and holds for all its containers (an init container with Always is the exception: a sidecar). What is restarted is the container, in place: the pod keeps its UID, node, address and volumes. A pod is never started again; controllers make new ones.',
      probes:
        'Three probes: startup (until it succeeds the others wait), liveness (restarts the container), readiness (gives or takes traffic). Four handlers: exec, httpGet, tcpSocket, grpc. The kubelet asks, from the node.',
      taints:
        'NoExecute does not evict everything: only pods without a matching toleration, and those with tolerationSeconds after that time. Every pod tolerates not-ready and unreachable nodes for 300 s, DaemonSet pods for ever.',
      crashLoop:
        'No phase but a reason to wait; the phase stays Running. The waits are 10, 20, 40, 80, 160 and 300 s, counted from the end of the container; the first restart comes at once. Restarts come a little later than that, as the kubelet looks at the pod every ten seconds or so. After ten minutes of running the count begins anew. Exit code 0 counts as well under restartPolicy Always.',
      imagePull:
        'ErrImagePull is a try that failed, ImagePullBackOff the wait before the next. The waits double from 10 s to 5 min. The pod is bound and has a sandbox; its phase is Pending.',
      unschedulable:
        'Unschedulable is the reason of the condition PodScheduled; STATUS says Pending. The scheduler does not try in a loop: the pod lies in a queue until an event in the cluster could help (a node is added, a pod ends), or five minutes have passed.',
      forced:
        '--force --grace-period=0 does not kill faster; it only forgets sooner. The kubelet sees that the pod is gone and stops its containers, with at least two seconds between the stop signal and KILL.',
      conflict:
        'Every object has a resourceVersion. Who writes with an old one is refused, and has to read again: optimistic locking. Conflicts between controllers are ordinary.',
      events:
        'Events are objects with a life of one hour. They are posted in the background: nobody waits for them, and none is ever read by a component to decide something.',
      readiness:
        'A failing readiness probe never restarts anything. It makes the condition Ready False, and the endpoint follows.',
      liveness:
        'A failing liveness probe restarts that container, in place. The pod keeps its name, node, address and volumes.',
      oom: 'The limit is enforced by the kernel (cgroup), not by the kubelet. OOMKilled with exit code 137; restartPolicy decides what comes next.',
      nodeLost:
        'No heartbeat for about 50 seconds makes the node Ready=Unknown; its pods become Ready=False, their phase stays Running. After another 300 s of the default toleration they are deleted, and hang in Terminating until the kubelet returns.',
    },
  },
}
