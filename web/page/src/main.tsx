import { render } from 'preact';
import { App } from './app';
import './css/base.css';
import './css/shell.css';
import './css/messages.css';
import './css/lab.css';
import { resume } from './session';
import './theme';

const root = document.getElementById('app');
if (root) {
  render(<App />, root);
  void resume();
}
