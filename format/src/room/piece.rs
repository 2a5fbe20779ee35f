//! [`Piece`]: a part of a stroke, as long as the pen went within a frame of the screen.
//!
//! Its stroke's number, its width with the lowest bit for the stroke's end, and its points: the
//! first absolute, the others by how far they are from the one before. There are as many as there
//! are bytes.

use super::{varint, Malformed, LONGEST_PIECE};

/// So long can a point be, in bytes.
const LONGEST_POINT: usize = 2 * 3;

/// A place in the picture, in steps of the [grid](super::GRID), of which a few are outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// From the left.
    pub x: i16,
    /// From the top.
    pub y: i16,
}

/// A piece in its bytes, known to be well-formed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    bytes: &'a [u8],
    stroke: u32,
    ends: bool,
    width: u16,
    points: &'a [u8],
}

impl<'a> Piece<'a> {
    /// Checks all of it.
    ///
    /// # Errors
    ///
    /// What is wrong with the bytes.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if bytes.len() > LONGEST_PIECE {
            return Err(Malformed::TooLong(bytes.len()));
        }
        let mut rest = bytes;
        let stroke = varint::read(&mut rest)?;
        let width_and_end = varint::read(&mut rest)?;
        let piece = Self {
            bytes,
            stroke,
            ends: width_and_end & 1 != 0,
            width: u16::try_from(width_and_end >> 1).map_err(|_| Malformed::Number)?,
            points: rest,
        };
        if piece.width == 0 {
            return Err(Malformed::Width);
        }
        if piece.points.is_empty() && !piece.ends {
            return Err(Malformed::Empty);
        }
        let mut points = piece.points();
        while points.step()?.is_some() {}
        Ok(piece)
    }

    /// As it travels.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Which of its member's strokes it is a part of.
    pub fn stroke(&self) -> u32 {
        self.stroke
    }

    /// Whether it is the last of its stroke.
    pub fn ends(&self) -> bool {
        self.ends
    }

    /// How broad it is, in steps of the [width's grid](super::WIDTH_GRID), at least one.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Where it leads; nowhere, if it only ends the stroke.
    pub fn points(&self) -> Points<'a> {
        Points {
            rest: self.points,
            last: None,
        }
    }
}

/// The points of a [`Piece`].
#[derive(Clone, Debug)]
pub struct Points<'a> {
    rest: &'a [u8],
    last: Option<Point>,
}

impl Points<'_> {
    fn step(&mut self) -> Result<Option<Point>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let last = self.last.unwrap_or(Point { x: 0, y: 0 });
        let mut from = |last: i16| {
            let distance = varint::read_signed(&mut self.rest)?;
            let place = i32::from(last).checked_add(distance);
            place
                .and_then(|place| place.try_into().ok())
                .ok_or(Malformed::OffGrid)
        };
        self.last = Some(Point {
            x: from(last.x)?,
            y: from(last.y)?,
        });
        Ok(self.last)
    }
}

impl Iterator for Points<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        // They were checked.
        self.step().ok().flatten()
    }
}

/// Writes a piece, point by point.
#[derive(Clone, Debug)]
pub struct PieceWriter {
    stroke: u32,
    width: u16,
    points: Vec<u8>,
    last: Point,
}

impl PieceWriter {
    /// Begins one; a width of zero is taken for the finest.
    pub fn new(stroke: u32, width: u16) -> Self {
        Self {
            stroke,
            width: width.max(1),
            points: Vec::new(),
            last: Point { x: 0, y: 0 },
        }
    }

    /// How broad it is.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Whether another point could make it too long.
    pub fn is_full(&self) -> bool {
        const HEAD: usize = 5 + 3;
        self.points.len() + HEAD + LONGEST_POINT > LONGEST_PIECE
    }

    /// Goes on to a point.
    pub fn push(&mut self, point: Point) {
        let mut step = |to: i16, from: i16| {
            varint::write_signed(&mut self.points, i32::from(to) - i32::from(from));
        };
        step(point.x, self.last.x);
        step(point.y, self.last.y);
        self.last = point;
    }

    /// The piece in its bytes; whether it is the last of its stroke.
    pub fn finish(self, ends: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        varint::write(&mut bytes, self.stroke);
        varint::write(&mut bytes, u32::from(self.width) << 1 | u32::from(ends));
        bytes.extend(self.points);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::room::{FromMember, GRID};

    fn written(stroke: u32, width: u16, points: &[Point], ends: bool) -> Vec<u8> {
        let mut writer = PieceWriter::new(stroke, width);
        points.iter().for_each(|point| writer.push(*point));
        writer.finish(ends)
    }

    #[test]
    fn what_is_no_piece_is_told_apart() {
        for (bytes, error) in [
            (&[][..], Malformed::Truncated),
            (&[7], Malformed::Truncated),
            (&[7, 0], Malformed::Width),
            (&[7, 2], Malformed::Empty),
            (&[7, 2, 1], Malformed::Truncated),
            (&[7, 2, 0x80, 0x80, 0x04, 0], Malformed::OffGrid),
            (&[7, 0x80, 0x80, 0x08, 1, 1], Malformed::Number),
            (
                &[0; LONGEST_PIECE + 1],
                Malformed::TooLong(LONGEST_PIECE + 1),
            ),
        ] {
            assert_eq!(Piece::decode(bytes), Err(error));
        }
        assert!(Piece::decode(&[7, 3]).is_ok_and(|piece| piece.ends()));
    }

    #[test]
    fn a_writer_is_full_before_its_piece_is_too_long() {
        let mut writer = PieceWriter::new(u32::MAX, u16::MAX);
        let mut corner = i16::MIN;
        while !writer.is_full() {
            writer.push(Point {
                x: corner,
                y: corner,
            });
            corner = !corner;
        }
        let piece = writer.finish(true);
        assert!(Piece::decode(&piece).is_ok());
        assert!(piece.len() > LONGEST_PIECE - 2 * LONGEST_POINT);
    }

    /// A circle in two seconds, by a mouse that is asked 120 times a second, on a screen that is
    /// drawn 60 times a second: 120 messages of 10 bytes. The same as JSON, rounded to the same
    /// grid, is 9441 bytes.
    #[test]
    fn a_stroke_takes_an_eighth_of_what_it_takes_as_json() {
        let point = |step: usize| {
            let angle = step as f64 / 240.0 * std::f64::consts::TAU;
            let place = |part: f64| ((0.4 + 0.3 * part) * f64::from(GRID)) as i16;
            Point {
                x: place(angle.cos()),
                y: place(angle.sin()),
            }
        };
        let (mut binary, mut json) = (0, 0);
        for frame in 0..120 {
            let ends = frame == 119;
            let points = [point(2 * frame), point(2 * frame + 1)];
            let piece = written(7, 93, &points, ends);
            let piece = Piece::decode(&piece).expect("a piece");
            binary += FromMember::Draw(piece).encode().len();
            let [a, b] = points;
            let text = format!(
                r#"{{"draw":{{"stroke":7,"width":93,"points":[[{},{}],[{},{}]],"ends":{ends}}}}}"#,
                a.x, a.y, b.x, b.y
            );
            json += text.len();
        }
        assert_eq!((binary, json), (1200, 9441));
    }

    prop_compose! {
        fn a_point()(x: i16, y: i16) -> Point {
            Point { x, y }
        }
    }

    proptest! {
        #[test]
        fn pieces_survive(
            stroke: u32,
            width in 1..u16::MAX,
            points in prop::collection::vec(a_point(), 1..600),
            ends: bool,
        ) {
            let bytes = written(stroke, width, &points, ends);
            let piece = Piece::decode(&bytes).expect("a piece");
            prop_assert_eq!(
                (piece.stroke(), piece.width(), piece.ends(), piece.as_bytes()),
                (stroke, width, ends, &bytes[..])
            );
            prop_assert_eq!(piece.points().collect::<Vec<_>>(), points);
        }

        #[test]
        fn any_bytes_are_a_piece_in_one_way_or_none(
            bytes in prop::collection::vec(prop_oneof![0..8_u8, any::<u8>()], 0..40),
        ) {
            if let Ok(piece) = Piece::decode(&bytes) {
                let points: Vec<Point> = piece.points().collect();
                let again = written(piece.stroke(), piece.width(), &points, piece.ends());
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
