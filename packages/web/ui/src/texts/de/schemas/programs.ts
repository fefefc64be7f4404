/** German for what the schemas of sources for programs and services say, by the English, and of the one for this machine. */
export const programs: Readonly<Record<string, string>> = {
  "what commands print, if the operator of the machine allows them":
    "was Befehle ausgeben, wenn der Betreiber der Maschine sie erlaubt",
  "run by the shell; its output is the value": "läuft in der Shell; seine Ausgabe ist der Wert",
  'time between two runs, such as "5s"': 'Zeit zwischen zwei Läufen, etwa "5s"',
  "default: the command": "Vorgabe: der Befehl",
  "the command is ended after this time; default: that of the source":
    "nach dieser Zeit wird der Befehl beendet; Vorgabe: wie bei der Quelle",
  "commands are ended after this time": "nach dieser Zeit werden Befehle beendet",

  "web servers: Redfish, OpenBMC, JSON, Prometheus exporters, pages of values":
    "Webserver: Redfish, OpenBMC, JSON, Prometheus-Exporter, Seiten mit Werten",
  'addresses, with a port where needed: "bmc[1-4]", "10.0.0.[1-9]:8443"':
    'Adressen, wo nötig mit Port: "bmc[1-4]", "10.0.0.[1-9]:8443"',
  "http instead of https": "http statt https",
  "check certificates": "Zertifikate prüfen",
  "for cookie: where user and password are posted to": "für cookie: wohin Benutzer und Passwort gesendet werden",
  'path on the host, such as "/redfish/v1/Chassis/1/Power"': 'Pfad auf dem Host, etwa "/redfish/v1/Chassis/1/Power"',
  "further headers of the request": "weitere Kopfzeilen der Anfrage",
  "body of the request": "Inhalt der Anfrage",
  "longest time for a request": "so lange darf eine Anfrage höchstens dauern",
  "pause after a host was out of reach": "Pause, nachdem ein Host nicht erreichbar war",

  "listens to the line protocol of Influx: all that Telegraf reads":
    "nimmt das Zeilenprotokoll von Influx an: alles, was Telegraf liest",
  "listen to HTTP, as Influx 1 and 2 do": "HTTP annehmen, wie Influx 1 und 2 es tun",
  "address to listen at; 0.0.0.0 and :: are all": "Adresse, auf der angenommen wird; 0.0.0.0 und :: sind alle",
  "who may send: addresses and networks; default: everyone who can connect":
    "wer senden darf: Adressen und Netze; Vorgabe: jeder, der sich verbinden kann",
  "what senders must know: token, or password of any user":
    "was Sender wissen müssen: Token, oder Passwort eines beliebigen Benutzers",
  "cert and key for https": "cert und key für https",
  "bytes of a request, uncompressed": "Bytes einer Anfrage, unkomprimiert",
  "listen to lines over TCP": "Zeilen über TCP annehmen",
  "unit of the times in lines": "Einheit der Zeiten in den Zeilen",
  "listen to lines in datagrams": "Zeilen in Datagrammen annehmen",
  "names of metrics, from measurement, field, tags by name, and all other tags":
    "Namen der Metriken, aus Measurement, Feld, einzelnen Tags und allen übrigen Tags",
  "what is different for some; the first that fits counts": "was für manche anders ist; das erste Passende zählt",
  "which measurements; * stands for anything": "welche Measurements; * steht für alles",
  'which tags, such as {"cpu": "cpu-total"}; "" is none': 'welche Tags, etwa {"cpu": "cpu-total"}; "" ist keins',
  'which fields, such as ["usage_*"]; default: all': 'welche Felder, etwa ["usage_*"]; Vorgabe: alle',
  "true: they are not taken": "true: sie werden nicht angenommen",
  "unit of the value; may have {…} like the name": "Einheit des Werts; darf {…} haben wie der Name",
  "may have {…} like the name": "darf {…} haben wie der Name",
  "how many values a second are expected": "so viele Werte pro Sekunde werden erwartet",
  "after so long without a value, onFailure says what is sent; default: nothing is":
    "nach so langer Zeit ohne Wert sagt onFailure, was gesendet wird; Vorgabe: nichts",
  "what no rule fits": "was zu keiner Regel passt",
  'units by measurement and field, such as {"cpu.usage_*": "%"}':
    'Einheiten nach Measurement und Feld, etwa {"cpu.usage_*": "%"}',
  "bytes of a line": "Bytes einer Zeile",
  "metrics at most; values of others are not taken, and counted":
    "höchstens so viele Metriken; Werte anderer werden nicht angenommen, nur gezählt",

  "messages of MQTT brokers: plain numbers, JSON, texts": "Nachrichten von MQTT-Brokern: Zahlen, JSON, Texte",
  "the brokers, by names of your choice": "die Broker, unter frei gewählten Namen",
  "where the broker is": "wo der Broker ist",
  "default: metricq, the token and the name of the broker": "Vorgabe: metricq, das Token und der Name des Brokers",
  "persistent: the broker keeps messages while the agent is away (qos 1 and 2)":
    "persistent: der Broker hebt Nachrichten auf, während der Agent fort ist (qos 1 und 2)",
  "of the protocol: 3.1, 3.1.1, 5": "des Protokolls: 3.1, 3.1.1, 5",
  "of the subscriptions": "der Abonnements",
  "a broker that is silent for longer is taken for gone": "ein Broker, der länger schweigt, gilt als fort",
  "longest time for connecting": "so lange darf das Verbinden höchstens dauern",
  "bytes of a message; a larger one ends the connection": "Bytes einer Nachricht; eine größere beendet die Verbindung",
  "for mqtts: and wss:": "für mqtts: und wss:",
  "what is subscribed to, and what becomes of it": "was abonniert wird, und was daraus wird",
  "topic filter: + is any one level, # all further ones":
    "Filter der Topics: + ist eine beliebige Ebene, # alle weiteren",
  'name of the metric, such as "lab.{topic[1]}.power"': 'Name der Metrik, etwa "lab.{topic[1]}.power"',
  "several values of a payload by what {value} stands for, or all numbers of a JSON payload":
    "mehrere Werte einer Nachricht nach dem, wofür {value} steht, oder alle Zahlen einer JSON-Nachricht",
  "default: that of the subscription": "Vorgabe: wie beim Abonnement",
  'texts from a JSON payload for the templates, such as {"id": "$.id"}':
    'Texte aus einer JSON-Nachricht für die Vorlagen, etwa {"id": "$.id"}',
  "where the time stands; default: the time of arrival": "wo die Zeit steht; Vorgabe: die Zeit der Ankunft",
  "JSONPath of the time in a JSON payload": "JSONPath der Zeit in einer JSON-Nachricht",
  "the time is its first group, or the whole match": "die Zeit ist die erste Gruppe oder der ganze Treffer",
  "auto: ISO 8601, or a number whose size tells its unit":
    "auto: ISO 8601, oder eine Zahl, deren Größe ihre Einheit verrät",
  "messages the broker has kept: only for metrics without a value yet, always, never":
    "aufgehobene Nachrichten des Brokers: nur für Metriken noch ohne Wert, immer, nie",
  "default: that of the broker": "Vorgabe: wie beim Broker",

  "RabbitMQ: rates and lengths of queues, exchanges, nodes, connections":
    "RabbitMQ: Raten und Längen von Queues, Exchanges, Knoten, Verbindungen",
  "the management API": "die Management-API",
  "user of the management API": "Benutzer der Management-API",
  "its password": "sein Passwort",
  "exchanges and queues, by vhost": "Exchanges und Queues, nach Vhost",
  "what the vhost is called in the names of metrics": "wie der Vhost in den Namen der Metriken heißt",
  "the vhost": "der Vhost",
  'keys of message_stats, such as "publish_in"': 'Schlüssel von message_stats, etwa "publish_in"',
  'keys of message_stats, such as "deliver", "ack"': 'Schlüssel von message_stats, etwa "deliver", "ack"',
  'keys of the queue, such as "messages", "consumers"': 'Schlüssel der Queue, etwa "messages", "consumers"',
  'keys of the queue in bytes, such as "memory", "message_bytes"':
    'Schlüssel der Queue in Bytes, etwa "memory", "message_bytes"',
  'keys of each node, such as "mem_used", "fd_used", "disk_free"':
    'Schlüssel jedes Knotens, etwa "mem_used", "fd_used", "disk_free"',
  'totals of the cluster: "connections", "channels", "consumers", "queues", "exchanges", "messages"':
    'Summen des Clusters: "connections", "channels", "consumers", "queues", "exchanges", "messages"',
  "longest time for the requests of a round": "so lange dürfen die Anfragen einer Runde höchstens dauern",

  "this machine: CPU, load, memory, network, disks, filesystems, temperatures, pressure, power":
    "diese Maschine: CPU, Last, Speicher, Netzwerk, Platten, Dateisysteme, Temperaturen, Druck, Leistung",
  "updates per second, in Hz": "Werte pro Sekunde, in Hz",
  'first part of all metric names; default: the name of the host; "": none':
    'erster Teil der Namen aller Metriken; Vorgabe: der Name des Hosts; "": keiner',
  "cpu.usage: how busy all CPUs are": "cpu.usage: wie beschäftigt alle CPUs sind",
  "globs: only these devices, in place of the default choice": "Globs: nur diese Geräte, statt der üblichen Auswahl",
  "globs: not these devices": "Globs: diese Geräte nicht",
  "cpu.mode.MODE: time spent in user, nice, system, idle, iowait, irq, softirq, steal":
    "cpu.mode.MODE: Zeit in user, nice, system, idle, iowait, irq, softirq, steal",
  "cpu.coreN.usage: how busy each logical CPU is": "cpu.coreN.usage: wie beschäftigt jede logische CPU ist",
  "load.avg1, load.avg5, load.avg15": "load.avg1, load.avg5, load.avg15",
  "mem.FIELD: physical memory": "mem.FIELD: Arbeitsspeicher",
  "swap.FIELD: swap space": "swap.FIELD: Auslagerungsspeicher",
  "net.NIC: data and packets; by default without lo*, br*, docker*, veth*":
    "net.NIC: Daten und Pakete; üblicherweise ohne lo*, br*, docker*, veth*",
  "disk.DISK: data and operations of disks and partitions": "disk.DISK: Daten und Zugriffe von Platten und Partitionen",
  "fs.PATH: space on filesystems; by default on those of local devices":
    "fs.PATH: Platz auf Dateisystemen; üblicherweise auf denen lokaler Geräte",
  "temp.SENSOR: temperatures": "temp.SENSOR: Temperaturen",
  "pressure.RESOURCE: time stalled for cpu, memory, io and irq":
    "pressure.RESOURCE: Zeit des Wartens auf cpu, memory, io und irq",
  "power.ZONE: power of processors and memory, where it may be read":
    "power.ZONE: Leistung von Prozessoren und Speicher, wo sie gelesen werden darf",
  "system.FIELD: uptime, tasks, interrupts, context switches, forks":
    "system.FIELD: Laufzeit, Tasks, Interrupts, Kontextwechsel, Forks",
}
