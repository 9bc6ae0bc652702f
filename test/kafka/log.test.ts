import { describeKafkaContract } from "./describe-kafka-contract.ts";
import { kafkaLogOptions } from "./kafka-log-harness.ts";

describeKafkaContract("Kafka", kafkaLogOptions);
