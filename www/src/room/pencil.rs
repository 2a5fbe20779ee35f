//! [`Pencil`]: what is drawn here, in pieces.

use wasm_websocket_demo_format::room::{PieceWriter, Point};

/// The stroke that is being drawn, as far as it isn't in a piece yet.
#[derive(Debug, Default)]
pub(crate) struct Pencil {
    /// The number of the latest stroke.
    stroke: u32,
    width: u16,
    /// Where the pen is, while it is down.
    place: Option<Point>,
    writer: Option<PieceWriter>,
    /// The piece has points of an earlier frame.
    is_old: bool,
}

impl Pencil {
    pub(crate) fn stroke(&self) -> u32 {
        self.stroke
    }

    /// How broad the piece is, or the latest was.
    pub(crate) fn width(&self) -> u16 {
        self.width
    }

    /// Begins a stroke.
    pub(crate) fn begin(&mut self, start: Point, width: u16) {
        self.stroke = self.stroke.wrapping_add(1);
        self.write(start, width);
    }

    /// Goes on with the stroke, if the pen is down and not there already, as is told. A piece that
    /// is complete by that is given.
    pub(crate) fn extend(&mut self, point: Point, width: u16) -> (bool, Option<Vec<u8>>) {
        if self.place.is_none_or(|place| place == point) {
            return (false, None);
        }
        let is_complete = self
            .writer
            .as_ref()
            .is_some_and(|writer| writer.is_full() || (self.is_old && writer.width() != width));
        let complete = if is_complete { self.cut() } else { None };
        self.write(point, width);
        (true, complete)
    }

    fn write(&mut self, point: Point, width: u16) {
        let writer = self.writer.get_or_insert_with(|| {
            self.is_old = false;
            PieceWriter::new(self.stroke, width)
        });
        writer.push(point);
        self.width = writer.width();
        self.place = Some(point);
    }

    /// Ends the stroke with its last piece, if the pen is down.
    pub(crate) fn lift(&mut self) -> Option<Vec<u8>> {
        self.place.take()?;
        let writer = self.writer.take();
        let writer = writer.unwrap_or_else(|| PieceWriter::new(self.stroke, self.width));
        Some(writer.finish(true))
    }

    /// What was drawn so far, as a piece of its own; all of a frame has one width.
    pub(crate) fn cut(&mut self) -> Option<Vec<u8>> {
        self.writer.take().map(|writer| writer.finish(false))
    }

    /// The same, which it still goes on with.
    pub(crate) fn unfinished(&self) -> Option<Vec<u8>> {
        self.writer.clone().map(|writer| writer.finish(false))
    }

    /// Goes on with the piece in the next frame, since it can't be sent yet.
    pub(crate) fn wait(&mut self) {
        self.is_old = true;
    }
}

#[cfg(test)]
mod tests {
    use wasm_websocket_demo_format::room::{Piece, LONGEST_PIECE};

    use super::*;

    fn at(x: i16) -> Point {
        Point { x, y: 0 }
    }

    fn places(piece: &[u8]) -> Vec<i16> {
        let piece = Piece::decode(piece).expect("a piece");
        piece.points().map(|point| point.x).collect()
    }

    #[test]
    fn a_piece_is_what_was_drawn_since_the_last_one() {
        let mut pencil = Pencil::default();
        pencil.begin(at(1), 9);
        assert_eq!(pencil.extend(at(1), 9), (false, None));
        assert_eq!(pencil.extend(at(2), 9), (true, None));
        let piece = pencil.cut().expect("a piece");
        assert_eq!(places(&piece), [1, 2]);
        assert_eq!(pencil.cut(), None);
        pencil.extend(at(3), 9);
        let last = pencil.lift().expect("a piece");
        assert_eq!(places(&last), [3]);
        assert!(Piece::decode(&last).is_ok_and(|piece| piece.ends() && piece.stroke() == 1));
        assert_eq!(pencil.extend(at(4), 9), (false, None));
        assert_eq!(pencil.lift(), None);
    }

    #[test]
    fn a_stroke_ends_also_when_all_of_it_is_on_its_way() {
        let mut pencil = Pencil::default();
        pencil.begin(at(1), 9);
        pencil.cut();
        let last = pencil.lift().expect("a piece");
        assert!(places(&last).is_empty());
    }

    #[test]
    fn pressure_makes_another_piece_in_another_frame_only() {
        let mut pencil = Pencil::default();
        pencil.begin(at(1), 9);
        assert_eq!(pencil.extend(at(2), 10), (true, None));
        pencil.wait();
        assert_eq!(pencil.extend(at(3), 9), (true, None));
        let (_, complete) = pencil.extend(at(4), 10);
        assert_eq!(places(&complete.expect("a piece")), [1, 2, 3]);
        assert_eq!(pencil.width(), 10);
    }

    #[test]
    fn a_stroke_of_any_length_is_in_pieces_that_can_be_sent() {
        let mut pencil = Pencil::default();
        pencil.begin(at(0), 9);
        let pieces = (0..4000).filter_map(|step| pencil.extend(at(step % 2 * 9000), 9).1);
        let lengths: Vec<usize> = pieces.map(|piece| piece.len()).collect();
        assert!(lengths.len() > 2, "{lengths:?}");
        assert!(lengths.iter().all(|length| *length <= LONGEST_PIECE));
    }
}
