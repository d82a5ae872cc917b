/** By its name: what `import()` gives of a CommonJS package in a bundle is its default export alone. */
export { Agent } from 'undici';
