//! [`ByMember`]: a value for each member. The standard library's maps make the page larger by
//! 3 kB.

/// Values by the members' numbers, in the order of these.
#[derive(Clone, Debug)]
pub struct ByMember<T>(Vec<(u32, T)>);

impl<T> Default for ByMember<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> ByMember<T> {
    /// The value of this member, if there is one.
    pub fn get(&self, member: u32) -> Option<&T> {
        let index = self.find(member).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// The value of this member, which is made if there is none.
    pub fn entry(&mut self, member: u32) -> &mut T {
        let index = self.find(member).unwrap_or_else(|index| {
            self.0.insert(index, (member, T::default()));
            index
        });
        &mut self.0[index].1
    }

    /// Throws all away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn find(&self, member: u32) -> Result<usize, usize> {
        self.0.binary_search_by_key(&member, |(member, _)| *member)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_member_has_a_value_of_its_own() {
        let mut values = ByMember::default();
        for member in [7, 3, 9, 3] {
            *values.entry(member) += member;
        }
        let found = [3, 5, 7, 9].map(|member| values.get(member).copied());
        assert_eq!(found, [Some(6), None, Some(7), Some(9)]);
        values.clear();
        assert_eq!(values.get(3), None);
    }
}
