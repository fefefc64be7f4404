import type { login as texts } from "../en/login.js"

export const login: Record<keyof typeof texts, string> = {
  "login.title": "Anmelden",
  "login.ended": "Die Sitzung ist zu Ende. Nach dem Anmelden ist alles wie zuvor.",
  "login.name": "Name",
  "login.password": "Passwort",
  "login.show": "Zeigen",
  "login.hide": "Verbergen",
  "login.do": "Anmelden",
  "login.doing": "Meldet an …",
  "login.wrong": "Name oder Passwort ist falsch.",
  "login.wait": "Zu viele falsche Passwörter. In {seconds} s geht es weiter.",
  "login.forgotten": "Vergessen? Ein neues setzt die Administration: metricq users password NAME",
  "login.retry": "Noch einmal versuchen",
  "login.with": "Anmelden mit {name}",
  "login.or": "oder mit einem Passwort",
  "login.beside": "Im neuen Fenster anmelden und dann hierher zurückkehren.",
  "login.failed.expired":
    "Diese Anmeldung hat zu lange gedauert oder in einem anderen Browser begonnen. Bitte noch einmal.",
  "login.failed.cancelled": "{name} hat die Anmeldung abgelehnt. Bitte noch einmal versuchen oder dort nachfragen.",
  "login.failed.away":
    "{name} antwortet nicht. Bitte in einer Minute noch einmal versuchen oder mit einem Passwort anmelden.",
  "login.failed.answer":
    "Mit der Antwort von {name} war nichts anzufangen. Bitte noch einmal versuchen; hilft das nicht, steht der Grund für die Administration im Protokoll.",
  "login.failed.role":
    "{name} kennt diese Person, aber keine ihrer Gruppen hat hier eine Rolle. Die Administration hilft weiter.",
  "login.failed.email":
    "Die E-Mail-Adresse bei {name} ist nicht bestätigt oder hier nicht zugelassen. Die Administration hilft weiter.",
  "login.failed.name": "Diesen Namen hat hier schon jemand anderes. Die Administration hilft weiter.",
  "login.failed.noname": "{name} nennt keinen Namen, der hier einer sein kann. Die Administration hilft weiter.",
  "login.failed.blocked": "Dieser Zugang ist gesperrt. Die Administration hilft weiter.",
  "login.failed.wait": "Hier sind zu viele Anmeldungen gescheitert. In einigen Minuten geht es weiter.",
  "login.failed.other":
    "Die Anmeldung ist gescheitert. Bitte noch einmal versuchen; hilft das nicht, steht der Grund für die Administration im Protokoll.",
  "login.out": "Abmelden",
  "login.role.viewer": "Lesezugriff",
  "login.role.operator": "Betrieb",
  "login.role.administrator": "Administration",
  "identity.needs.viewer": "Dafür braucht es eine Anmeldung.",
  "identity.needs.operator": "Zum Ändern braucht es die Rolle Betrieb.",
  "identity.needs.administrator": "Zum Ändern braucht es die Rolle Administration.",
}
