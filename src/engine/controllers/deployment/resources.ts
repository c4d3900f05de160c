import { resource } from '../../client/client.ts'

export const deployments = resource('deployments', 'apps')
export const replicaSets = resource('replicasets', 'apps')
