/**
 * The tables that a server prints for `kubectl get` (pkg/printers/internalversion/printers.go and, for
 * kinds without a printer of their own, the default convertor of apiserver/pkg/registry/rest/table.go).
 */
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, Table } from '../../api/types.ts'
import { apiServices, flowSchemas, priorityLevels, webhookConfigurations } from './apis.ts'
import { horizontalPodAutoscalers, scales } from './autoscaling.ts'
import { certificateSigningRequests } from './certificates.ts'
import * as cluster from './cluster.ts'
import * as config from './config.ts'
import { customPrinter } from './custom.ts'
import * as devices from './devices.ts'
import * as network from './network.ts'
import { pods, podTemplates } from './pods.ts'
import { columns, type Printer } from './printer.ts'
import { roleBindings } from './rbac.ts'
import * as csi from './csi.ts'
import * as storage from './storage.ts'
import { tables } from './tables.ts'
import * as workloads from './workloads.ts'

const printers: Readonly<Record<string, Printer>> = {
  'pods': pods,
  'podtemplates': podTemplates,
  'replicationcontrollers': workloads.replicationControllers,
  'replicasets.apps': workloads.replicaSets,
  'deployments.apps': workloads.deployments,
  'statefulsets.apps': workloads.statefulSets,
  'daemonsets.apps': workloads.daemonSets,
  'controllerrevisions.apps': workloads.controllerRevisions,
  'jobs.batch': workloads.jobs,
  'cronjobs.batch': workloads.cronJobs,
  'poddisruptionbudgets.policy': workloads.podDisruptionBudgets,
  'horizontalpodautoscalers.autoscaling': horizontalPodAutoscalers,
  'scales.autoscaling': scales,
  'services': network.services,
  'endpoints': network.endpoints,
  'endpointslices.discovery.k8s.io': network.endpointSlices,
  'ingresses.networking.k8s.io': network.ingresses,
  'ingressclasses.networking.k8s.io': network.ingressClasses,
  'networkpolicies.networking.k8s.io': network.networkPolicies,
  'ipaddresses.networking.k8s.io': network.ipAddresses,
  'servicecidrs.networking.k8s.io': network.serviceCidrs,
  'apiservices.apiregistration.k8s.io': apiServices,
  'flowschemas.flowcontrol.apiserver.k8s.io': flowSchemas,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': priorityLevels,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurations,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhookConfigurations,
  'deviceclasses.resource.k8s.io': devices.named,
  'resourceclaims.resource.k8s.io': devices.resourceClaims,
  'resourceclaimtemplates.resource.k8s.io': devices.named,
  'resourceslices.resource.k8s.io': devices.resourceSlices,
  'nodes': cluster.nodes,
  'namespaces': cluster.namespaces,
  'events': cluster.events,
  'events.events.k8s.io': cluster.events,
  'leases.coordination.k8s.io': cluster.leases,
  'componentstatuses': cluster.componentStatuses,
  'priorityclasses.scheduling.k8s.io': cluster.priorityClasses,
  'runtimeclasses.node.k8s.io': cluster.runtimeClasses,
  'validatingadmissionpolicies.admissionregistration.k8s.io': cluster.validatingAdmissionPolicies,
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': cluster.validatingAdmissionPolicyBindings,
  'customresourcedefinitions.apiextensions.k8s.io': cluster.customResourceDefinitions,
  'configmaps': config.configMaps,
  'secrets': config.secrets,
  'serviceaccounts': config.serviceAccounts,
  'resourcequotas': config.resourceQuotas,
  'rolebindings.rbac.authorization.k8s.io': roleBindings,
  'clusterrolebindings.rbac.authorization.k8s.io': roleBindings,
  'persistentvolumes': storage.persistentVolumes,
  'persistentvolumeclaims': storage.persistentVolumeClaims,
  'certificatesigningrequests.certificates.k8s.io': certificateSigningRequests,
  'storageclasses.storage.k8s.io': storage.storageClasses,
  'csidrivers.storage.k8s.io': csi.csiDrivers,
  'csinodes.storage.k8s.io': csi.csiNodes,
  'csistoragecapacities.storage.k8s.io': csi.csiStorageCapacities,
  'volumeattachments.storage.k8s.io': csi.volumeAttachments,
  'volumeattributesclasses.storage.k8s.io': csi.volumeAttributesClasses,
}

/** Roles, LimitRanges and whatever has no printer. */
const otherwise: Printer = {
  columns: columns('Name', 'Created At'),
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? '<unknown>'],
}

/**
 * A table with one row an object, all columns included. `now`: virtual ms since the epoch, for ages.
 * The rows carry the objects themselves, as a request with includeObject=Object gets them.
 */
export function printTable(info: Pick<ResourceInfo, 'plural' | 'group' | 'custom'>, objects: readonly KubeObject[], options: { now: number }): Table {
  const printer = info.custom !== undefined ? customPrinter(info.custom) : printers[info.group === '' ? info.plural : `${info.plural}.${info.group}`] ?? otherwise
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: {},
    columnDefinitions: printer.columns.map((column) => ({ ...column, description: '' })),
    rows: (printer.sorted?.(objects) ?? objects).map((object) => ({ cells: printer.cells(object, options.now), object })),
  }
}

tables.bring(printTable)
