# A zone in Python: needs Kafka, these topics, and nothing else of Millefeuille.
#   pip install kafka-python
#   KAFKA_BOOTSTRAP=localhost:9092 ZONE=ingestion python zone.py

import json
import os
import signal
import sys

from kafka import KafkaConsumer, KafkaProducer

brokers = os.environ["KAFKA_BOOTSTRAP"].split(",")
zone = os.environ["ZONE"]
ready_topic = f"{os.environ.get('TOPIC_READY') or 'event.load.ready'}.{zone}"
loaded_topic = os.environ.get("TOPIC_LOADED") or "event.load.loaded"
group = f"{os.environ.get('WORKER_GROUP') or 'zone'}.{zone}"


def load(ready):
    """Loads one object; whatever it raises is a failure that is tried again."""
    print("loading", ready["id"], ready.get("name"), flush=True)


consumer = KafkaConsumer(
    ready_topic,
    bootstrap_servers=brokers,
    group_id=group,
    auto_offset_reset="earliest",
    enable_auto_commit=False,
)
producer = KafkaProducer(bootstrap_servers=brokers, acks="all")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

for record in consumer:
    ready = json.loads(record.value)
    answer = {"id": ready["id"], "run_id": ready["run_id"], "status": "loaded"}
    try:
        load(ready)
    except Exception as error:
        answer["status"] = "failed"
        answer["info"] = str(error)
    producer.send(loaded_topic, key=ready["run_id"].encode(), value=json.dumps(answer).encode()).get(30)
    consumer.commit()
