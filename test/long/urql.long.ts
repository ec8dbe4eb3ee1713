import { describeSignInPage } from '../helpers/signInPage.ts';

describeSignInPage('urql');
