//! [`Stroke`]: points joined to a smooth line, by quadratic curves through their midpoints.

/// A point of a line; the unit of all three is the width of the canvas, so that a drawing
/// keeps its proportions in any size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// How broad the line is here.
    pub(crate) width: f64,
}

impl Point {
    fn is_at(self, other: Self) -> bool {
        self.x == other.x && self.y == other.y
    }

    fn middle(self, other: Self) -> Self {
        Self {
            x: (self.x + other.x) / 2.0,
            y: (self.y + other.y) / 2.0,
            width: (self.width + other.width) / 2.0,
        }
    }
}

/// A piece of a line, with round ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mark {
    /// Where the pen was put down.
    Dot(Point),
    /// A quadratic curve, as broad as at its end.
    Curve {
        from: Point,
        control: Point,
        to: Point,
    },
}

/// One line, from where the pen was put down to where it was lifted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) colour: String,
    points: Vec<Point>,
    lifted: bool,
}

impl Stroke {
    pub(crate) fn new(colour: String, start: Point) -> (Self, Mark) {
        let stroke = Self {
            colour,
            points: vec![start],
            lifted: false,
        };
        (stroke, Mark::Dot(start))
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
        if self.points.last().is_some_and(|last| last.is_at(point)) {
            return None;
        }
        self.points.push(point);
        self.mark(self.points.len() - 1)
    }

    /// Ends the line; what is to be drawn reaches to its last point.
    pub(crate) fn lift(&mut self) -> Option<Mark> {
        self.lifted = true;
        self.tail()
    }

    /// All of the line, as far as it was drawn.
    pub(crate) fn marks(&self) -> impl Iterator<Item = Mark> + '_ {
        let tail = self.lifted.then(|| self.tail()).flatten();
        (0..self.points.len())
            .filter_map(|index| self.mark(index))
            .chain(tail)
    }

    /// What a point adds: a curve to halfway between it and the one before.
    fn mark(&self, index: usize) -> Option<Mark> {
        let point = *self.points.get(index)?;
        let Some(control) = index.checked_sub(1).map(|before| self.points[before]) else {
            return Some(Mark::Dot(point));
        };
        let from = match index.checked_sub(2) {
            Some(first) => self.points[first].middle(control),
            None => control,
        };
        let to = control.middle(point);
        Some(Mark::Curve { from, control, to })
    }

    fn tail(&self) -> Option<Mark> {
        let [.., before, last] = self.points[..] else {
            return None;
        };
        Some(Mark::Curve {
            from: before.middle(last),
            control: last,
            to: last,
        })
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
