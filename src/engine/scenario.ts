import type { KubeSchedulerConfiguration } from './api/schedulerConfiguration.ts'
import type { Load } from './api/load.ts'
import type { KubeletConfiguration } from './api/kubeletConfiguration.ts'
import type { KubeObject, Node } from './api/types.ts'
import type { Request } from './api/request.ts'
import type { LatencyTable } from './latency.ts'
import type { Fault } from './fault.ts'

/** A text in both languages. */
export interface Text {
  en: string
  zh: string
}

/** Something done to the cluster from outside; what is needed, besides the cluster itself, to replay. */
export interface Input {
  /** Virtual ms since the start of the film. With neither `at`, `step`, `when` nor `after`: as soon as possible. */
  at?: number
  /** Performed exactly when the trace has this many steps (recorded inputs have it, and it wins). */
  step?: number
  /** Number of kernel tasks that had run: recorded inputs have it, so that a replay is exact among silent tasks too. */
  task?: number
  /** A condition (api/condition.ts), such as 'pod/web Ready'; performed when it first holds. */
  when?: string
  /** Virtual ms to wait after `when` first holds; without `when`, after the input before this one. */
  after?: number
  /** What is done: one of these, or none when only `files` change or something is said. */
  kubectl?: string
  /** A line for the shell of the machine that one sits at: `curl localhost:8080`. */
  shell?: string
  stdin?: string
  /** The command is run by somebody at a terminal: what it asks for can be typed (`exec -it`). */
  terminal?: boolean
  fault?: Fault
  request?: Request
  /** Requests at a steady rate begin, or end. */
  load?: Load
  /** Ends the command that input number `interrupt` started (Ctrl+C). */
  interrupt?: number
  /** Keys, as a terminal sends them, for the command that input number `into` started. */
  typed?: { into: number; text: string }
  /** Files that change with this input: the editor's text at that moment. */
  files?: Readonly<Record<string, string>>
  /** Said by the narrator when it happens. */
  say?: Text
}

/** A named moment that a speaker jumps to. */
export interface Chapter {
  title: Text
  /** The moment: virtual ms since the start, or the first moment when a condition holds. One of the two. */
  at?: number
  when?: string
  /** For the speaker's eyes. */
  notes?: Text
}

/**
 * What must be true when the scenario has run to its end; each is checked by a test. One object holds
 * one claim: about a pod, a command, an object, a condition. Sequences written as lists may contain
 * '...', which stands for anything.
 */
export interface Expectation {
  /** Name of the pod (or 'namespace/name') that statuses, phases, events, milestones and between are about. */
  pod?: string
  /** All the STATUS words that `kubectl get` shows of it, in order. */
  statuses?: string[]
  /** All its phases, in order. */
  phases?: string[]
  /** Reasons of its events that occur in this order; others may lie between. */
  events?: string[]
  /** Milestones that it passes in this order; others may lie between. */
  milestones?: string[]
  /** Milestones, event reasons or STATUS words that never occur. */
  never?: string[]
  /** Virtual ms between the first occurrences of two milestones, STATUS words or event reasons. */
  between?: { from: string; to: string; least?: number; most?: number }
  /** Index in the script of the input whose command the next three are about. */
  command?: number
  exitCode?: number
  /** A part of what it printed. */
  stdout?: string
  stderr?: string
  /** How many requests (of one load, or all) are answered (status below 500) and how many fail, over the whole film. */
  traffic?: { load?: string; answered?: Bounds; failed?: Bounds }
  /** A condition that holds at some moment (api/condition.ts). */
  sometime?: string
  /** A condition that holds at the end. */
  finally?: string
}

/** Of a count; both ends belong to it. */
export interface Bounds {
  least?: number
  most?: number
}

/** `right` is the index of the answer that comes true. */
export interface Question {
  text: Text
  answers: Text[]
  right: number
}

/** What a challenge wants: reached at the first moment when the condition holds and all that is expected of the history has come true. */
export interface Goal {
  when: string
  /** Of everything up to that moment: "no request failed", "preStop finished before KILL". */
  expect?: Expectation[]
  /** Instead of something to do: something to foretell. The film shows who is right. */
  ask?: Question
  text?: Text
  hints?: Text[]
  /** Typed for the player who gives up; also the test that the goal can be reached. */
  solution?: Input[]
  /** How many inputs a good player needs. */
  par?: number
}

/** What happened in a cluster before its film begins: it is in the world, and in no film. */
export interface Prologue {
  script: Input[]
  /** The film begins when the script is over and this holds (api/condition.ts). */
  until?: string
  /** Virtual ms after that. */
  after?: number
}

export interface ClusterOptions {
  nodes?: number | Node[]
  /**
   * What the cluster holds as the film begins, besides what every cluster holds: objects of another one as `kubectl get -o yaml` prints them, with uid,
   * status and owners (dump/). Nodes among them are the cluster's nodes; pods that run there run here.
   */
  objects?: KubeObject[]
  seed?: number
  /** RFC 3339. */
  startTime?: string
  /** Whether a metrics-server is installed: `kubectl top` and autoscalers need one. */
  metricsServer?: boolean
  /** Whether the cluster runs in a cloud that makes load balancers: without one their address stays `<pending>`. */
  cloud?: boolean
  /** Whether ingress-nginx is installed: without a controller an Ingress leads nowhere. */
  ingress?: boolean
  /**
   * Whether the cluster is as kubeadm leaves it: a control plane's machine beside the workers, its components, kube-proxy and CoreDNS as pods
   * in kube-system. Without it they work outside of the cluster, and names are resolved without anybody to be seen. Not for a dump with nodes of its own.
   */
  kubeadm?: boolean
  latency?: 'realistic' | 'zero' | Partial<LatencyTable>
  /** What kube-scheduler is started with (`--config`); an error in it stops the film before it begins. */
  scheduler?: KubeSchedulerConfiguration
  /** What every kubelet is started with (`--config`). */
  kubelet?: KubeletConfiguration
  prologue?: Prologue
}

/** A film as data: the same scenario gives the same trace everywhere. */
export interface Scenario {
  apiVersion: 'podreel.dev/v1'
  kind: 'Scenario'
  metadata: { name: string; labels?: Record<string, string> }
  spec: {
    title: Text
    summary: Text
    cluster?: ClusterOptions
    /** What lies in the editor at the start; `kubectl apply -f` reads them. */
    files?: Record<string, string>
    script: Input[]
    chapters?: Chapter[]
    /** Virtual ms since the start after which the film ends; 10 s after the last input when left out. */
    end?: number
    expect?: Expectation[]
    goal?: Goal
  }
}
