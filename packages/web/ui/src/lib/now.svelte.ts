/** The time, a second at a time. Reactive. */
export const clock = $state({ ms: Date.now() })

setInterval(() => {
  if (!document.hidden) clock.ms = Date.now()
}, 1000)
