"""The layered drawing of a graph: columns, their order, heights.  `graph.layout` is the door to it."""
