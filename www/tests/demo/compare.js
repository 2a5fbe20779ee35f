// Both canvases, pixel by pixel, and how many pixels of the source have the colours drawn with.
const [source, destination] = ['source', 'destination'].map(id => document.getElementById(id));
const { width, height } = source;
const pixels = canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
const [a, b] = [pixels(source), pixels(destination)];
let differing = a.length === b.length && width === destination.width ? 0 : -1;
let ink = 0;
let red = 0;
for (let i = 0; i < a.length; i += 4) {
  if (differing >= 0 && [0, 1, 2, 3].some(j => a[i + j] !== b[i + j])) differing += 1;
  const colour = `${a[i]} ${a[i + 1]} ${a[i + 2]}`;
  ink += colour === '31 42 61';
  red += colour === '214 53 43';
}
return { width, height, differing, ink, red };
