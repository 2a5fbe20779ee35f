// A room's picture: a checksum of all its pixels (FNV-1a), how many have each of the first two
// colours, how many anything else than paper, and whether something is still above it.
const [below, above] = ['room-source', 'room-own'].map(id => document.getElementById(id));
const pixels = canvas => new Uint32Array(
  canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
let checksum = 0x811c9dc5;
const counts = {};
for (const pixel of pixels(below)) {
  checksum = Math.imul(checksum ^ pixel, 0x01000193);
  counts[pixel] = (counts[pixel] ?? 0) + 1;
}
const { width, height } = below;
const count = (red, green, blue) => counts[(255 << 24 | blue << 16 | green << 8 | red) >>> 0] ?? 0;
return {
  width,
  height,
  checksum,
  blue: count(0x25, 0x63, 0xd9),
  red: count(0xd6, 0x35, 0x2b),
  ink: width * height - count(0xff, 0xfe, 0xfb),
  above: pixels(above).some(pixel => pixel),
};
