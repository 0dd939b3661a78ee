from tests.stories.conftest import federation

__all__ = ["federation"]
