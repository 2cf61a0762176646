import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type ApiServer, startApiServer } from '../support/api-server';
import { openEvents } from '../support/event-reader';
import { bringTo, matchingClient } from '../support/matching-client';
import { startStore, type TestStore } from '../support/store';

const folder = resolve(import.meta.dirname, '../../docs/observability');
const read = (file: string) => readFileSync(resolve(folder, file), 'utf8');

const target = z.object({ expr: z.string().min(1), legendFormat: z.string() });
const dashboard = z
  .object({
    title: z.string(),
    uid: z.string(),
    schemaVersion: z.number(),
    panels: z.array(
      z.object({ id: z.number(), title: z.string(), type: z.string(), targets: z.array(target).default([]) }),
    ),
  })
  .parse(JSON.parse(read('grafana-dashboard.json')));
const alerts = z
  .object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            alert: z.string(),
            expr: z.string(),
            labels: z.object({ severity: z.enum(['critical', 'warning', 'info']) }),
            annotations: z.object({ summary: z.string(), description: z.string() }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(read('alerts.yml')));

const NAMES = /\b(?:switchboard|nodejs|process)_[a-z0-9_]+\b/g;
const namesIn = (text: string) => [...new Set(text.match(NAMES) ?? [])];

let redis: TestStore;
let server: ApiServer;
let scraped: string;
beforeAll(async () => {
  redis = await startStore();
  server = await startApiServer(redis);
  // The first scrape is where counting begins.
  const { text: first } = (await matchingClient(server.url).send('/metrics')).body;
  expect(first).toContain('switchboard_redis_up 1');
  await bringTo(server, 'WAITING');
  const stream = await openEvents(server.url, 'ada');
  await server.engine.pool().machine.startMatching('bob');
  await server.engine.pool().matcher.matchOnce();
  await stream.next('matched');
  await server.engine.pool().machine.enterCall('ada', { atOnce: true });
  await matchingClient(server.url).post('skip', { userId: 'ada' });
  scraped = String((await matchingClient(server.url).send('/metrics')).body['text']);
  stream.close();
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

describe('the metrics', () => {
  it('count what people did since the process began to look', () => {
    expect(scraped).toContain('switchboard_users{pool="default",state="WAITING"} 2');
    expect(scraped).toMatch(
      /switchboard_transitions_total\{pool="default",from="IN_CALL",to="DISCONNECTING",cause="skip"\} 1/,
    );
    expect(scraped).toMatch(/switchboard_wait_seconds_count\{pool="default"\} 2/);
    expect(scraped).toMatch(/switchboard_wait_seconds_bucket\{pool="default",le="\+Inf"\} 2/);
    expect(scraped).toMatch(/switchboard_call_seconds_count\{pool="default"\} 2/);
    expect(scraped).toMatch(
      /switchboard_http_request_duration_seconds_count\{endpoint="skip",method="POST",status="200"\} 1/,
    );
    expect(scraped).toMatch(/switchboard_event_streams 1/);
    expect(scraped).toMatch(/switchboard_push_delay_seconds_count [1-9]/);
  });

  it('are all explained', () => {
    const families = [...scraped.matchAll(/^# TYPE (switchboard_\w+) (\w+)$/gm)];
    expect(families.length).toBeGreaterThan(10);
    for (const [, name = '', kind = ''] of families) {
      const row = read('README.md')
        .split('\n')
        .find((line) => line.includes(`\`${name}\``));
      expect(row, name).toContain(kind);
    }
  });
});

describe('the dashboard and the alerts', () => {
  it.each(dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr }))))(
    'ask for metrics that exist: $title',
    ({ expr }) => {
      expect(namesIn(expr).length).toBeGreaterThan(0);
      for (const name of namesIn(expr)) expect(scraped).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
    },
  );

  it.each(alerts.groups.flatMap(({ rules }) => rules))('alert on metrics that exist: $alert', ({ expr }) => {
    expect(namesIn(expr).length).toBeGreaterThan(0);
    for (const name of namesIn(expr)) expect(scraped).toMatch(new RegExp(`^${name}[{ ]`, 'm'));
  });

  it('use each metric of ours somewhere', () => {
    const used = JSON.stringify(dashboard) + read('alerts.yml');
    for (const [, name = ''] of scraped.matchAll(/^# TYPE (switchboard_\w+)/gm)) expect(used).toContain(name);
  });

  it('name labels that the metrics have', () => {
    const states = new Set([...scraped.matchAll(/state="(\w+)"/g)].map(([, state]) => state));
    for (const [, state] of read('alerts.yml').matchAll(/state="(\w+)"/g)) expect(states).toContain(state);
    expect(scraped).toMatch(/switchboard_wait_seconds_bucket\{pool="default",le="30"\}/);
  });
});
