// Shows what examples/browser/mandelbrot.cpp computes: its memory is shared with this page, which reads it at each
// frame and never waits for it. With "?test" in the address, what came out is told to docs/browser/serve.py.
'use strict';

const state = document.getElementById('state');
const set = document.getElementById('set');
const rows = document.getElementById('rows');
const report = document.getElementById('report');
const whole = {re: -0.65, im: 0, span: 3.8};
const testing = location.search === '?test';
const tested = testing ? [{re: -0.743, im: 0.127, span: 0.02}] : [];  // drawn before the whole
let view = whole;
let program;

function say(words) { state.textContent = words; }

function tell(result) {
  if (testing) fetch('result', {method: 'POST', body: JSON.stringify(result)});
}

function fail(words) {
  say(words);
  tell({error: words});
}

/// The rows that are there: {begin, end, thread} in milliseconds, by number; undefined where one isn't yet.
function rowsSoFar() {
  const bytes = program.HEAPU8.buffer;
  const first = program._table() / 4;
  const words = new Int32Array(bytes);
  const times = new Float32Array(bytes);
  return Array.from({length: program._lines()}, (_, i) => {
    const at = first + 4 * i;
    if (Atomics.load(words, at + 3) === 0) return undefined;
    return {begin: times[at], end: times[at + 1], thread: words[at + 2]};
  });
}

function showPixels(table) {
  const width = program._columns();
  const height = program._lines();
  if (set.width !== width) [set.width, set.height] = [width, height];
  const context = set.getContext('2d');
  const shared = new Uint8ClampedArray(program.HEAPU8.buffer, program._picture(), 4 * width * height);
  table.forEach((row, i) => {
    if (row === undefined) {
      context.clearRect(0, i, width, 1);
    } else {  // a copy, since a canvas takes no shared memory
      context.putImageData(new ImageData(shared.slice(4 * width * i, 4 * width * (i + 1)), width, 1), 0, i);
    }
  });
}

function showRows(table) {
  const context = rows.getContext('2d');
  const there = table.map((row, i) => ({...row, number: i})).filter((row) => row.end !== undefined);
  const threads = [...new Set(there.map((row) => row.thread))].sort((a, b) => a - b);
  const last = Math.max(1, ...there.map((row) => row.end));
  const high = rows.height / Math.max(2, threads.length);
  context.clearRect(0, 0, rows.width, rows.height);
  for (const row of there) {
    context.fillStyle = `hsl(${360 * row.number / table.length} 60% 50%)`;  // near rows have near colours
    context.fillRect(rows.width * row.begin / last, high * threads.indexOf(row.thread) + 1,
                     Math.max(.5, rows.width * (row.end - row.begin) / last), high - 2);
  }
  return {rows: there.length, threads: threads.length};
}

function follow(picture) {
  const table = rowsSoFar();
  showPixels(table);
  const {rows: count, threads} = showRows(table);
  say(`${count} of ${table.length} rows, by ${threads} ${threads === 1 ? 'thread' : 'threads'}`);
  if (program._complete() < picture) {
    requestAnimationFrame(() => follow(picture));
    return;
  }
  report.textContent = program.UTF8ToString(program._report());
  document.getElementById('timeline').innerHTML = program.UTF8ToString(program._svg());
  document.getElementById('whole').disabled = false;
  if (tested.length > 0) {
    tested.pop();
    draw(whole);
    return;
  }
  tell({
    rows: count,
    threads,
    pictures: program._complete(),
    wrong: program._wrong(),
    cores: navigator.hardwareConcurrency,
    report: report.textContent,
  });
}

function draw(next) {
  view = next;
  report.textContent = '';
  document.getElementById('timeline').textContent = '';
  document.getElementById('whole').disabled = true;
  const picture = program._complete() + 1;
  program._ask(view.re, view.im, view.span);
  follow(picture);
}

set.addEventListener('click', (event) => {
  if (document.getElementById('whole').disabled) return;  // it is still drawing
  const box = set.getBoundingClientRect();
  const x = (event.clientX - box.left) / box.width - .5;
  const y = (event.clientY - box.top) / box.width - .5 * box.height / box.width;
  draw({re: view.re + x * view.span, im: view.im - y * view.span, span: view.span / 2});
});
document.getElementById('whole').addEventListener('click', () => draw(whole));

if (!crossOriginIsolated) {
  fail('This page needs two headers from its server, without which a browser gives a program no threads: ' +
       'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.');
} else {
  if (testing) {  // the page has not loaded until its result is known: then a screenshot is taken
    const wait = new Image();
    wait.hidden = true;
    wait.src = 'loaded';
    document.body.append(wait);
  }
  window.Module = {
    onRuntimeInitialized() {
      program = window.Module;
      draw(tested[0] ?? whole);
    },
    onAbort(what) { fail(`The program ended: ${what}`); },
  };
  const script = document.createElement('script');
  script.src = 'mandelbrot.js';
  document.body.append(script);
}
