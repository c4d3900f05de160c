/** One line a view, as in en/index.ts. */
export { app } from './app.ts'
export { caption } from './caption.ts'
export { cluster } from './cluster.ts'
export { common } from './common.ts'
export { presenter } from './presenter.ts'
export { timeline } from './timeline.ts'
export { transport } from './transport.ts'
export { words } from './words.ts'
