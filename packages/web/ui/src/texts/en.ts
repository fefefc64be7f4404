/** Every text of the page in English. A key is `page.thing`; `{name}` is filled in by {@link t}. */
export const en = {
  // shell
  "nav.label": "Pages",
  "nav.home": "Home",
  "nav.explore": "Explore",
  "nav.metrics": "Metrics",
  "nav.clients": "Clients",
  "nav.configuration": "Configuration",
  "nav.menu": "Menu",
  "shell.skip": "Skip to content",
  "shell.language": "Language",
  "shell.theme": "Theme",
  "shell.theme.auto": "as the system",
  "shell.theme.light": "light",
  "shell.theme.dark": "dark",
  "shell.rate": "{rate} points/s",
  "shell.unreachable": "server out of reach",
  "shell.disconnected": "network out of reach",
  "shell.notfound": "There is no page at this address.",
  "shell.failed": "This page could not be loaded. Load again?",
  "shell.reload": "Load again",
  "shell.loading": "Loading…",

  // home

  // explore

  // metrics

  // clients

  // configuration
}

export type TextKey = keyof typeof en
