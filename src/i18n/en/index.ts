/** One line a view. Each also stands in zh/index.ts; the compiler sees to it. */
export { app } from './app.ts'
export { caption } from './caption.ts'
export { cluster } from './cluster.ts'
export { common } from './common.ts'
export { presenter } from './presenter.ts'
export { timeline } from './timeline.ts'
export { transport } from './transport.ts'
export { words } from './words.ts'
