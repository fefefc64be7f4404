import type { home as texts } from "../en/home.js"

export const home: Record<keyof typeof texts, string> = {
  "home.rate": "Punkte pro Sekunde",
  "home.metrics.look": "finden, ansehen, zeichnen",
  "home.clients.gone": "{count} fort",
  "home.storage": "Speicher",
  "home.storage.points": "{count} Punkte",
  "home.now": "Im Moment",
  "home.now.chart": "Als Diagramm",
  "home.changes": "Neueste Konfigurationen",
  "home.changes.all": "Alle",
  "home.first": "Drei Schritte zur ersten Quelle",
  "home.first.intro": "In diesem Netz gibt es noch keine Metriken.",
  "home.first.1": "Festlegen, was gemessen wird",
  "home.first.1.text": "Für jede Art von Agent gibt es eine Vorlage; die für Rechner taugt, wie sie ist.",
  "home.first.1.button": "Neuer Client",
  "home.first.2": "Starten",
  "home.first.2.text": "Auf dem Rechner, der gemessen werden soll:",
  "home.first.3": "Zusehen",
  "home.first.3.text": "Seine Metriken erscheinen hier nach Sekunden. Im Terminal:",
}
