import './cel.ts'
import './components.ts'
import './kinds.ts'
import './kubeadm.ts'
import './rare.ts'
import './runtime/programs/all.ts'

export * from './core.ts'
