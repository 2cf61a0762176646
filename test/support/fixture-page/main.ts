import { mount } from '../../../src/renderer/mount';
import { createFixtureWire, type FixtureWire } from '../fixture-wire';
import type { FixtureScene } from '../fixture-world';

declare global {
  interface Window {
    /** The switches of the fixture, for the test that drives the page. */
    fixture: FixtureWire;
  }
}

const scene = new URLSearchParams(location.search).get('scene') ?? 'busy';
window.fixture = createFixtureWire(scene as FixtureScene);
mount(window.fixture);
