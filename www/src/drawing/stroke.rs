//! [`Stroke`]: one line of a drawing.

use super::trail::{Mark, Point, Trail};

/// One line, from where the pen was put down to where it was lifted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) colour: String,
    points: Vec<Point>,
    trail: Trail,
    lifted: bool,
}

impl Stroke {
    pub(crate) fn new(colour: String, start: Point) -> (Self, Mark) {
        let (trail, mark) = Trail::new(start);
        let stroke = Self {
            colour,
            points: vec![start],
            trail,
            lifted: false,
        };
        (stroke, mark)
    }

    /// A whole line through these points; `None` without any.
    pub(crate) fn through(colour: &str, points: impl IntoIterator<Item = Point>) -> Option<Self> {
        let mut points = points.into_iter();
        let (mut stroke, _) = Self::new(colour.to_owned(), points.next()?);
        for point in points {
            stroke.extend(point);
        }
        stroke.lift();
        Some(stroke)
    }

    /// Goes on to a point; nothing is to be drawn if the pen is there already.
    pub(crate) fn extend(&mut self, point: Point) -> Option<Mark> {
        let mark = self.trail.extend(point)?;
        self.points.push(point);
        Some(mark)
    }

    /// Ends the line; what is to be drawn reaches to its last point.
    pub(crate) fn lift(&mut self) -> Option<Mark> {
        self.lifted = true;
        self.trail.lift()
    }

    /// All of the line, as far as it was drawn.
    pub(crate) fn marks(&self) -> impl Iterator<Item = Mark> + '_ {
        let start = self.points.first().map(|start| Trail::new(*start));
        let (mut trail, dot) = start.unzip();
        let curves = self
            .points
            .iter()
            .skip(1)
            .filter_map(move |point| trail.as_mut()?.extend(*point));
        let tail = self.lifted.then(|| self.trail.lift()).flatten();
        dot.into_iter().chain(curves).chain(tail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Point {
        Point { x, y, width: 1.0 }
    }

    #[test]
    fn a_tap_leaves_a_dot() {
        let (mut stroke, mark) = Stroke::new("red".to_owned(), at(1.0, 1.0));
        assert_eq!(mark, Mark::Dot(at(1.0, 1.0)));
        assert_eq!(stroke.lift(), None);
        assert_eq!(stroke.marks().collect::<Vec<_>>(), [mark]);
    }

    #[test]
    fn curves_meet_halfway_between_points_and_the_last_one_is_reached() {
        let (mut stroke, dot) = Stroke::new("red".to_owned(), at(0.0, 0.0));
        let mut drawn = vec![dot];
        drawn.extend(stroke.extend(at(2.0, 0.0)));
        drawn.extend(stroke.extend(at(2.0, 2.0)));
        drawn.extend(stroke.lift());
        let curve = |from, control, to| Mark::Curve { from, control, to };
        let expected = [
            Mark::Dot(at(0.0, 0.0)),
            curve(at(0.0, 0.0), at(0.0, 0.0), at(1.0, 0.0)),
            curve(at(1.0, 0.0), at(2.0, 0.0), at(2.0, 1.0)),
            curve(at(2.0, 1.0), at(2.0, 2.0), at(2.0, 2.0)),
        ];
        assert_eq!(drawn, expected);
        assert_eq!(stroke.marks().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_pen_that_stays_adds_nothing() {
        let (mut stroke, _) = Stroke::new("red".to_owned(), at(1.0, 1.0));
        assert_eq!(stroke.extend(at(1.0, 1.0)), None);
        assert_eq!(stroke.marks().count(), 1);
    }
}
