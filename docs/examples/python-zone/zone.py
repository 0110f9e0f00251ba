"""A worker zone in Python that knows nothing of Millefeuille but its topics.

    pip install kafka-python==2.0.2        (Debian: apt-get install python3-kafka)
    KAFKA_BOOTSTRAP=localhost:9092 python3 zone.py ingestion

Reads ObjectReady events, loads what they ask for, and answers with `id`, `run_id` and `status`.
Several zones may be named; start it as often as you like: Kafka shares the work out.
"""

import json
import os
import signal
import sys

from kafka import KafkaConsumer, KafkaProducer

READY = os.environ.get("TOPIC_READY", "event.load.ready")
LOADED = os.environ.get("TOPIC_LOADED", "event.load.loaded")
KAFKA = os.environ.get("KAFKA_BOOTSTRAP", "localhost:9092").split(",")
FORMATS = (None, "csv", "json", "xlsx", "parquet")


def load(ready):
    """Your work. May be called again for the same object: at least once is what Kafka promises."""
    if ready["object"].get("Format") not in FORMATS:
        raise ValueError(f"cannot read the format {ready['object']['Format']!r}")
    print("loaded", ready["id"], ready["name"], flush=True)


def answer(ready):
    same = {"id": ready["id"], "run_id": ready["run_id"]}
    try:
        load(ready)
        return {**same, "status": "loaded"}
    except Exception as error:  # Millefeuille decides whether to try again.
        return {**same, "status": "failed", "info": str(error)}


def main(zones):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    producer = KafkaProducer(bootstrap_servers=KAFKA, acks="all")
    consumer = KafkaConsumer(
        *[f"{READY}.{zone}" for zone in zones],
        bootstrap_servers=KAFKA,
        group_id=f"{READY}.python",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        metadata_max_age_ms=5_000,
    )
    while True:
        batches = consumer.poll(timeout_ms=500).values()
        answers = [answer(json.loads(record.value)) for batch in batches for record in batch]
        sent = [producer.send(LOADED, json.dumps(one).encode(), one["run_id"].encode()) for one in answers]
        for one in sent:
            one.get(timeout=60)  # Answers are safe before the offsets move on; raises where they are not.
        consumer.commit()


main(sys.argv[1:] or ["ingestion", "standardization", "application"])
