import { mount } from './mount';
import { connectWire } from './wire/connect';

mount(connectWire());
