/**
 * Keeps the app for places without a network (the service worker is made by the build, vite.config.ts). Asked for when the page is at
 * rest, since it fetches all that has not been opened yet. Some windows forbid it (private ones, frames): the app works there all the same.
 */
export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  void navigator.serviceWorker.register('./sw.js', { scope: './' }).catch(() => undefined)
}
