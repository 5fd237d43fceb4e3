import type { Database } from '../database.ts';
import type { Subscription, Topic, TopicStore } from '../substrate/fauxqs.ts';

const DDL = `
CREATE TABLE IF NOT EXISTS sns_topics (arn TEXT PRIMARY KEY, topic TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sns_subscriptions (arn TEXT PRIMARY KEY, subscription TEXT NOT NULL);
`;

/** Keeps fauxqs's topics in the runtime's database, with the methods that fauxqs calls on its own persistence. */
export class TopicPersistence {
  readonly #database: Database;
  readonly #store: TopicStore;

  /** Fills the empty store with what was kept, and from then on keeps what happens in it. */
  constructor(database: Database, store: TopicStore) {
    this.#database = database;
    this.#store = store;
    database.define(DDL);
    for (const { topic } of database.all<{ topic: string }>('SELECT topic FROM sns_topics')) {
      const parsed = JSON.parse(topic);
      store.topics.set(parsed.arn, { ...parsed, tags: new Map(Object.entries(parsed.tags)) });
    }
    for (const { subscription } of database.all<{ subscription: string }>(
      'SELECT subscription FROM sns_subscriptions',
    )) {
      const parsed: Subscription = JSON.parse(subscription);
      store.subscriptions.set(parsed.arn, parsed);
    }
    // fauxqs declares its own class here; what it calls are the methods below.
    store.persistence = this as unknown as NonNullable<TopicStore['persistence']>;
  }

  insertTopic(topic: Topic): void {
    const json = JSON.stringify({ ...topic, tags: Object.fromEntries(topic.tags) });
    this.#database.run('INSERT OR REPLACE INTO sns_topics VALUES (?, ?)', topic.arn, json);
  }

  deleteTopic(arn: string): void {
    this.#database.run('DELETE FROM sns_topics WHERE arn = ?', arn);
  }

  updateTopicAttributes(arn: string): void {
    this.#keepTopic(arn);
  }

  updateTopicSubscriptionArns(arn: string): void {
    this.#keepTopic(arn);
  }

  insertSubscription({ parsedFilterPolicy: _, ...subscription }: Subscription): void {
    const json = JSON.stringify(subscription);
    this.#database.run('INSERT OR REPLACE INTO sns_subscriptions VALUES (?, ?)', subscription.arn, json);
  }

  deleteSubscription(arn: string): void {
    this.#database.run('DELETE FROM sns_subscriptions WHERE arn = ?', arn);
  }

  updateSubscriptionAttributes(arn: string): void {
    const subscription = this.#store.getSubscription(arn);
    if (subscription) this.insertSubscription(subscription);
  }

  #keepTopic(arn: string): void {
    const topic = this.#store.getTopic(arn);
    if (topic) this.insertTopic(topic);
  }
}
