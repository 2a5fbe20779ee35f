// A room's picture: all of it to compare, the pixels of each colour, and whether something of
// one's own is still above it.
const [below, above] = ['room-source', 'room-own'].map(id => document.getElementById(id));
const pixels = canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
const colours = {};
const seen = pixels(below);
for (let i = 0; i < seen.length; i += 4) {
  const colour = '#' + [0, 1, 2].map(j => seen[i + j].toString(16).padStart(2, '0')).join('');
  colours[colour] = (colours[colour] ?? 0) + 1;
}
return { all: below.toDataURL(), colours, above: pixels(above).some(part => part > 0) };
