/** German for what the schemas of several kinds of agents say, by the English. */
export const kit: Readonly<Record<string, string>> = {
  "rounds take place so long after the multiples of the interval; default 0":
    "so lange nach den Vielfachen des Intervalls wird gelesen; Vorgabe 0",
  "rounds are put off by a random time up to this; default 0":
    "bis zu so lange wird jedes Lesen zufällig aufgeschoben; Vorgabe 0",
  "what is sent for a metric that cannot be read: nan, nothing (skip), or its last value again":
    "was für eine nicht lesbare Metrik gesendet wird: nan, nichts (skip) oder noch einmal ihr letzter Wert",
  "metrics about each target: up, duration, errors, last_success":
    "Metriken über jedes Ziel: up, duration, errors, last_success",
  "default: the token of the agent": "Vorgabe: das Token des Agenten",
  'default "10s"': 'Vorgabe "10s"',
  'default "nan"': 'Vorgabe "nan"',
  "default: that of the source": "Vorgabe: wie bei der Quelle",
  "default: that of the host, then that of the source": "Vorgabe: wie beim Host, sonst wie bei der Quelle",
  "default: that of the group, then that of the source": "Vorgabe: wie bei der Gruppe, sonst wie bei der Quelle",
  "default: that of the group, the host, the source": "Vorgabe: wie bei der Gruppe, dem Host, der Quelle",
  "default: that of the table, then that of the host, then that of the source":
    "Vorgabe: wie bei der Tabelle, sonst wie beim Host, sonst wie bei der Quelle",
  "unit of the value": "Einheit des Werts",
  "points a message": "Punkte je Nachricht",
  "points a message; default 1": "Punkte je Nachricht; Vorgabe 1",
  "points a message; default: those of a second": "Punkte je Nachricht; Vorgabe: die einer Sekunde",
  "the number is its first group, or the whole match, at the first place where it matches":
    "die Zahl ist die erste Gruppe oder der ganze Treffer, an der ersten passenden Stelle",
  "the text is JSON; the number is the first that this JSONPath finds":
    "der Text ist JSON; die Zahl ist die erste, die dieser JSONPath findet",
  'numbers for texts, such as {"on": 1, "off": 0}': 'Zahlen für Texte, etwa {"on": 1, "off": 0}',
  "the value is multiplied by it; default 1": "damit wird der Wert multipliziert; Vorgabe 1",
  "added after that; default 0": "wird danach addiert; Vorgabe 0",
  "added after that": "wird danach addiert",
  "how many targets are asked at the same time at most": "so viele Ziele werden höchstens gleichzeitig gefragt",
  "how many devices are asked at the same time at most": "so viele Geräte werden höchstens gleichzeitig gefragt",
  "how many hosts are asked at the same time": "so viele Hosts werden gleichzeitig gefragt",
  "how many groups are read at the same time at most": "so viele Gruppen werden höchstens gleichzeitig gelesen",
  "the metrics, by the last part of their names": "die Metriken, nach dem letzten Teil ihrer Namen",
  "the metrics, by the last parts of their names": "die Metriken, nach den letzten Teilen ihrer Namen",
  "the metrics, by their names": "die Metriken, nach ihren Namen",
  "first part of the metrics' names": "erster Teil der Namen der Metriken",
  "first part of all metric names": "erster Teil der Namen aller Metriken",
  "first parts of the metrics' names, one for each host": "erste Teile der Namen der Metriken, einer je Host",
  "put before the descriptions of the metrics": "steht vor den Beschreibungen der Metriken",
  "groups of hosts that have the same metrics": "Gruppen von Hosts mit denselben Metriken",
  "time between two readings": "Zeit zwischen zwei Lesungen",
  "time between two readings: seconds, or a text": "Zeit zwischen zwei Lesungen: Sekunden oder ein Text",
  "time between two readings, where a group says nothing else":
    "Zeit zwischen zwei Lesungen, wo eine Gruppe nichts anderes sagt",
  "time between two requests": "Zeit zwischen zwei Anfragen",
  "time between two requests, where nothing else is said":
    "Zeit zwischen zwei Anfragen, wo nichts anderes festgelegt ist",
  "check the certificate of the other side": "das Zertifikat der Gegenseite prüfen",
  "certificates of authorities that are trusted, PEM; default: those of the system":
    "Zertifikate vertrauenswürdiger Stellen, PEM; Vorgabe: die des Systems",
  "certificate of this side, PEM": "Zertifikat dieser Seite, PEM",
  "its private key, PEM": "dessen privater Schlüssel, PEM",
  "of the private key": "des privaten Schlüssels",
  "name the certificate must have; default: the host": "Name, den das Zertifikat haben muss; Vorgabe: der Host",
}
